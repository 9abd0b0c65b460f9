import { InputError } from '../../errors.js';
import { cat9 } from '../markups/cat9.js';
import { quoted } from '../quoted.js';
import type { Dataset } from '../sample.js';
import { type BesideFormat, readBeside, writeBeside } from './beside.js';
import type { Format, ReadOptions, WriteOptions } from './format.js';
import { pixels, rounded } from './numbers.js';
import { recogniseMarkup } from './recognise-markup.js';

/**
 * Reads the `.cat` files of the CAT data set (see `cat9`): the number of points, then x and y of each, in one line. The
 * picture of `a.jpg.cat` is `a.jpg` beside it.
 * @param path a file, or a folder in which all are read, the folders within it too
 */
export const readCat = (path: string, options: ReadOptions = {}): Promise<Dataset> => readBeside(beside, path, options);

/** Writes them in whole pixels, as their readers expect. Boxes, groups and tags are not held. */
export const writeCat = (dataset: Dataset, folder: string, options: WriteOptions = {}): Promise<void> =>
  writeBeside(beside, dataset, folder, options);

const beside: BesideFormat = {
  name: 'cat',
  ending: '.cat',
  parse: parseCat,
  format: (points) => `${[points.length / 2, ...Array.from(points, (value) => rounded(value, 0))].join(' ')} \n`,
  pictureOf: (file) => file.replace(/\.cat$/i, ''),
  annotationOf: (picture) => `${picture}.cat`,
  markup: (count, given, where) => (given || count !== 9 ? recogniseMarkup({ count }, given, where) : cat9),
};

/** The points of a file's text, shape [2·n]. Throws an InputError that names file and line. */
export function parseCat(text: string, file: string): Float32Array {
  const words = text
    .split(/\r\n|\r|\n/)
    .flatMap((line, i) =>
      line.split(/\s+/).flatMap((word) => (word === '' ? [] : [{ word, where: `${file}:${i + 1}` }])),
    );
  const [first, ...rest] = words;
  if (!first) throw new InputError(`${file}: has no points; mend it or remove it`);
  const count = /^\d+$/.test(first.word) ? Number(first.word) : 0;
  if (count === 0) {
    throw new InputError(
      `${first.where}: begins with ${quoted(first.word)}, where the number of points belongs; mend it or remove it`,
    );
  }
  if (rest.length !== 2 * count) {
    throw new InputError(
      `${first.where}: announces ${count} points, but ${rest.length} numbers follow where ${2 * count} belong; mend it or remove it`,
    );
  }
  return Float32Array.from(rest, ({ word, where }, i) => pixels(word, where, `${'xy'[i % 2]} of point ${i >> 1}`));
}

export const cat: Format = {
  name: 'cat',
  about: 'the CAT data set: a .cat file beside each picture, all points, in whole pixels',
  ending: '.cat',
  files: 'one a picture',
  read: readCat,
  write: writeCat,
};
