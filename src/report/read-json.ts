import { existsSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import { InputError, reason } from '../errors.js';

/** A file's text, `undefined` where there is none. Throws an InputError where it cannot be read. */
export function readText(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${reason(error)}`);
  }
}

/** JSON of a known form. Throws an InputError that begins with `where` (file, or file:line) and says what was expected. */
export function parseJson<T>(text: string, schema: z.ZodType<T>, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${where}: not JSON: ${reason(error)}; train again, or restore the file`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const expected = message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');
  const came = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const got = came === undefined ? 'it is missing' : `not ${JSON.stringify(came)?.slice(0, 60)}`;
  throw new InputError(`${where}: ${path.length > 0 ? `'${path.join('.')}' ` : ''}${expected}, ${got}`);
}

/** A file of JSON of a known form, `undefined` where there is none. */
export function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  const text = readText(file);
  return text === undefined ? undefined : parseJson(text, schema, file);
}
