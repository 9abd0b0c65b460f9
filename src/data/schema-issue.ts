import type { z } from 'zod';

/** Where a value fails its schema, and what was expected and came: `contours[2].points[0]`, `is none of the 9 points, not 12`. */
export interface SchemaIssue {
  readonly path: readonly (string | number)[];
  readonly key: string;
  readonly message: string;
}

/** The first of a schema's complaints about `value`. */
export function schemaIssue(error: z.ZodError, value: unknown): SchemaIssue {
  const issue = error.issues[0]!;
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const unknown = [...path, issue.keys[0]!];
    return { path: unknown, key: keyOf(unknown), message: 'is no known key' };
  }
  const came = path.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], value);
  const message = issue.message.replace(/^Invalid input(: )?/, '').replace(/, received .*$/, '');
  const got = came === undefined ? 'is missing' : `is ${JSON.stringify(came)?.slice(0, 60)}`;
  const text =
    issue.code === 'custom' ? `${got}: ${message}` : `${got}${message ? `: ${message}` : ', of a wrong kind'}`;
  return { path, key: keyOf(path), message: text };
}

const keyOf = (path: readonly (string | number)[]): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${step}`)).join('');
