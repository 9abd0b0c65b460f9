import { readdir, readFile } from 'node:fs/promises';
import { InputError, reason } from '../errors.js';

/**
 * The names in a folder, sorted alike on every machine, without hidden ones.
 * Throws an InputError where it is missing, no folder, or empty.
 */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new InputError(`${folder}: there is no such folder; check the path of the data`);
    if (error.code === 'ENOTDIR') throw new InputError(`${folder}: is a file where a folder of data was expected`);
    throw new InputError(`${folder}: cannot be read (${reason(error)})`);
  });
  const visible = names.filter((name) => !name.startsWith('.')).sort();
  if (visible.length === 0) throw new InputError(`${folder}: is empty; unpack the data set into it`);
  return visible;
}

/** The text of an annotation file. Throws an InputError where it is missing or has 0 bytes. */
export async function readAnnotation(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (text === '') throw empty(file);
  return text.replace(/^\uFEFF/, '');
}

/** What to throw of an annotation file for an error of the file system. */
export const unreadable = (file: string, error: unknown): InputError =>
  (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? new InputError(`${file}: there is no such file; check the path`)
    : new InputError(`${file}: cannot be read (${reason(error)})`);

/** What to throw of an annotation file without content. */
export const empty = (file: string): InputError =>
  new InputError(`${file}: is empty (0 bytes); copy the annotation again`);
