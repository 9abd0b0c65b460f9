import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { InputError } from '../errors.js';
import { namesIn, unreadable } from './folder.js';
import type { Format, ReadOptions } from './formats/format.js';
import { formatNamed, formats } from './formats/index.js';
import { startOf } from './formats/start-of.js';
import { isMade, openMade } from './made.js';
import type { Dataset } from './sample.js';

export interface OpenOptions extends ReadOptions {
  /** The name of the format, where the ending of the file or what lies in the folder shall not tell. */
  readonly format?: string;
}

/**
 * Reads an annotation file, or a folder that holds one or has annotations beside its pictures, in any known format. In a
 * folder of several formats the first of `formats` reads; of several files the one with `train` in its name. A name such as
 * `made:imm58` is of a data set that is drawn: see `openMade`.
 * Throws an InputError where there is none, where several could be meant, or where the reader finds a mistake.
 */
export async function openDataset(path: string, { format, ...options }: OpenOptions = {}): Promise<Dataset> {
  if (isMade(path)) return openMade(path);
  const among = format === undefined ? formats : [formatNamed(format)];
  if (isFolder(path)) {
    const names = await namesIn(path);
    for (const candidate of among) {
      const file = annotationIn(path, names, candidate);
      if (file !== undefined) return candidate.read(file, options);
    }
    throw new InputError(`${path}: is no known data set; ${known(among)}`);
  }
  const ending = extname(path).toLowerCase();
  const reader = format === undefined ? among.find((candidate) => candidate.ending === ending) : among[0];
  if (!reader) throw new InputError(`${path}: is no known annotation file; ${known(among)}`);
  return reader.read(path, options);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What of a folder a format reads: one of its files or, where each picture has its own, the folder. */
function annotationIn(folder: string, names: readonly string[], format: Format): string | undefined {
  const { ending, files, recognises } = format;
  const fitting = (list: readonly string[]) => list.filter((name) => extname(name).toLowerCase() === ending);
  if (files === 'one a picture') {
    const within = fitting(names).length > 0 ? names : readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return fitting(within).length > 0 ? folder : undefined;
  }
  const found = fitting(names).filter((name) => !recognises || recognises(startOf(join(folder, name))));
  const training = found.filter((name) => /train/i.test(name));
  const [file, ...others] = training.length === 1 ? training : found;
  if (others.length > 0) {
    throw new InputError(`${folder}: holds several annotation files, ${found.join(', ')}; give the path of one`);
  }
  return file && join(folder, file);
}

const known = (among: readonly Format[]): string =>
  `known are ${among.map(({ name, ending }) => `${name} (${ending})`).join(', ')}`;
