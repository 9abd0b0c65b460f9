import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Document, isMap, LineCounter, parse, parseDocument } from 'yaml';
import type { z } from 'zod';
import { InputError, reason, UsageError } from '../errors.js';
import { nearest } from '../nearest.js';
import { lineOf } from '../yaml-line.js';
import { type Recipe, recipeSchema } from './recipe.js';

const folder = fileURLToPath(new URL('../../recipes', import.meta.url));

/** The names of the recipes that come with the package. */
export const builtInRecipes = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();

/**
 * A recipe by its built-in name or from a YAML (or JSON) file, with settings changed: `['train.learningRate=3e-4']`.
 * Throws an InputError that names file, line and key, and the nearest key that exists; a UsageError for a wrong setting.
 */
export function readRecipe(nameOrFile: string, changes: readonly string[] = []): Recipe {
  const file = /[/\\]|\.(ya?ml|json)$/.test(nameOrFile) ? nameOrFile : builtIn(nameOrFile);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read the recipe ${file}: ${reason(error)}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new InputError(`${file}:${lines.linePos(broken.pos[0]).line}: ${reason(broken)}`);
  if (!isMap(document.contents))
    throw new InputError(`${file}:1: a recipe is a map of settings, such as \`name: nose\``);
  const changed = new Set(changes.map((change) => applyChange(document, change)));

  const settings = toSettings(document, file);
  const result = recipeSchema.safeParse(settings);
  if (result.success) return result.data;
  const { path, message } = explain(result.error, settings);
  const change = path.map((_, i) => path.slice(0, i + 1).join('.')).find((key) => changed.has(key));
  if (change !== undefined) throw new UsageError(`--set ${change}: ${message}`);
  throw new InputError(`${file}:${lineOf(document, lines, path)}: ${message}`);
}

function toSettings(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor is found only here.
    throw new InputError(`${file}: ${reason(error)}`);
  }
}

/** The same validation for settings that were already resolved, such as a run folder's. */
export function parseRecipe(settings: unknown, file: string): Recipe {
  const result = recipeSchema.safeParse(settings);
  if (result.success) return result.data;
  throw new InputError(`${file}: ${explain(result.error, settings).message}`);
}

function builtIn(name: string): string {
  const known = builtInRecipes();
  if (known.includes(name)) return `${folder}/${name}.yaml`;
  throw new UsageError(
    `unknown recipe '${name}'${nearest(name, known)}; a file is given with its ending, as in mine.yaml`,
  );
}

function applyChange(document: Document, change: string): string {
  const [, key, value] = /^([\w.]+)=(.*)$/s.exec(change) ?? [];
  if (key === undefined || value === undefined) {
    throw new UsageError(`--set ${change}: give it as key=value, such as --set train.learningRate=3e-4`);
  }
  let parsed: unknown;
  try {
    parsed = parse(value);
  } catch (error) {
    throw new UsageError(`--set ${change}: ${reason(error).replace(/:$/, '')}`);
  }
  try {
    document.setIn(key.split('.'), parsed);
  } catch {
    throw new UsageError(`--set ${change}: '${key}' is no setting of a recipe`);
  }
  return key;
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

/** A problem in words: which key, what was expected, what came. */
function explain(error: z.ZodError, settings: unknown): { path: string[]; message: string } {
  const issue = foremost(error.issues);
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const siblings = keysAt(path, settings).filter((known) => known !== key);
    return { path: [...path, key], message: `unknown key '${[...path, key].join('.')}'${nearest(key, siblings)}` };
  }
  const came = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings);
  const text = issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');
  const got = came === undefined ? 'it is missing' : `not ${typeof came === 'number' ? came : JSON.stringify(came)}`;
  return { path, message: `'${path.join('.')}' ${text}, ${got}` };
}

/** The keys that the schema knows at a path; of a union, those of all its kinds. */
function keysAt(path: readonly string[], settings: unknown): string[] {
  type Schema = { def: { type: string; innerType?: Schema; options?: Schema[]; shape?: Record<string, Schema> } };
  let schemas = [recipeSchema as unknown as Schema];
  const open = (schema: Schema): Schema[] => {
    const { innerType, options } = schema.def;
    if (innerType) return open(innerType);
    return options ? options.flatMap(open) : [schema];
  };
  for (const key of path) schemas = schemas.flatMap(open).flatMap(({ def }) => def.shape?.[key] ?? []);
  const given = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings);
  const kind = (given as { kind?: unknown } | undefined)?.kind;
  const shapes = schemas.flatMap(open).flatMap(({ def }) => (def.shape ? [def.shape] : []));
  const fitting = shapes.filter(({ kind: schema }) => {
    const values = (schema as unknown as { def?: { values?: unknown[] } } | undefined)?.def?.values;
    return kind === undefined || !values || values.includes(kind);
  });
  return [...new Set(fitting.flatMap(Object.keys))];
}
