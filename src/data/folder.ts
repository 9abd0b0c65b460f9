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
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new InputError(`${file}: there is no such file; check the path`);
    throw new InputError(`${file}: cannot be read (${reason(error)})`);
  });
  if (text === '') throw new InputError(`${file}: is empty (0 bytes); copy the annotation again`);
  return text.replace(/^\uFEFF/, '');
}
