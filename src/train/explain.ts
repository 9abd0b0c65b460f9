import { z } from 'zod';
import { nearest } from '../nearest.js';
import { recipeSchema } from './recipe.js';

/** What is wrong with a setting. */
export interface Explained {
  /** Where it stands. */
  readonly path: readonly string[];
  /** In one line: which key, what was allowed, what came. */
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/**
 * The problem to tell of: an unknown key before all others, for where a key was mistyped the right one is missing too; of
 * a union the problems of the kind that fits best.
 */
function foremost(issues: readonly Issue[]): Issue {
  const unknown = issues.find(({ code }) => code === 'unrecognized_keys');
  const issue = unknown ?? issues[0]!;
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const [fitting] = [...issue.errors].sort((a, b) => a.length - b.length);
  const inner = foremost(fitting!);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

/** A problem in words: `'augment.flip' must be a number from 0 to 1, not 2`. */
export function explain(error: z.ZodError, settings: unknown): Explained {
  const issue = foremost(error.issues);
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const siblings = schemasAt(path, settings)
      .flatMap(({ def }) => Object.keys(def.shape ?? {}))
      .filter((known) => known !== key);
    return { path: [...path, key], message: `unknown key '${[...path, key].join('.')}'${nearest(key, siblings)}` };
  }
  const came = valueAt(path, settings);
  const allowed = issue.code === 'invalid_format' || issue.code === 'custom' ? undefined : allowedAt(path, settings);
  const must = allowed
    ? `must be ${allowed}`
    : issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');
  const text =
    came === undefined
      ? `is missing; it ${must}`
      : `${must}, not ${typeof came === 'number' ? came : JSON.stringify(came)}`;
  return { path, message: `'${path.join('.')}' ${text}` };
}

interface Schema {
  readonly def: {
    readonly innerType?: Schema;
    readonly options?: readonly Schema[];
    readonly element?: Schema;
    readonly shape?: Readonly<Record<string, Schema>>;
    readonly values?: readonly unknown[];
  };
}

/** What the schema allows at a path, in words. */
function allowedAt(path: readonly string[], settings: unknown): string | undefined {
  const schemas = schemasAt(path, settings);
  const ways = schemas.map((schema) => inWords(z.toJSONSchema(schema as unknown as z.ZodType)));
  return ways.length > 0 && ways.every((way) => way !== undefined) ? [...new Set(ways)].join(' or ') : undefined;
}

function inWords(schema: z.core.JSONSchema.BaseSchema): string | undefined {
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum) return schema.enum.join(' or ');
  if (schema.type === 'number' || schema.type === 'integer') {
    return [schema.type === 'integer' ? 'a whole number' : 'a number', ...bounds(schema)].join(' ');
  }
  if (schema.type === 'string') return 'a text';
  if (schema.type === 'array') return 'a list';
  return schema.type === 'object' ? `a map of ${Object.keys(schema.properties ?? {}).join(', ')}` : undefined;
}

/** Whole numbers have bounds of their own in JSON, which say nothing. */
function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: z.core.JSONSchema.BaseSchema): string[] {
  const stated = (bound: unknown): bound is number =>
    typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  const low = stated(exclusiveMinimum) ? `above ${exclusiveMinimum}` : stated(minimum) ? `from ${minimum}` : undefined;
  const high = stated(exclusiveMaximum) ? `below ${exclusiveMaximum}` : stated(maximum) ? `to ${maximum}` : undefined;
  if (low?.startsWith('above') && high?.startsWith('to')) return [low, `and at most ${maximum}`];
  return [low, high?.startsWith('below') && low ? `and ${high}` : high].filter(
    (part): part is string => part !== undefined,
  );
}

/** The schemas at a path; of a union all that fit the `kind` that was given. */
function schemasAt(path: readonly string[], settings: unknown): Schema[] {
  let schemas = open(recipeSchema as unknown as Schema);
  for (const [depth, key] of path.entries()) {
    schemas = ofKind(schemas, valueAt(path.slice(0, depth), settings)).flatMap(({ def }) => {
      const next = def.shape?.[key] ?? def.element;
      return next ? open(next) : [];
    });
  }
  return ofKind(schemas, valueAt(path, settings));
}

function ofKind(schemas: readonly Schema[], given: unknown): Schema[] {
  const kind = (given as { kind?: unknown } | null | undefined)?.kind;
  const fitting = schemas.filter(({ def }) => def.shape?.kind?.def.values?.includes(kind) ?? true);
  return fitting.length > 0 ? fitting : [...schemas];
}

/** What stands behind a default, and the ways of a union. */
function open(schema: Schema): Schema[] {
  const { innerType, options } = schema.def;
  if (innerType) return open(innerType);
  return options ? options.flatMap(open) : [schema];
}

const valueAt = (path: readonly string[], settings: unknown): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], settings);
