import { readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { InputError } from '../../errors.js';
import { quoted } from '../quoted.js';
import type { Dataset } from '../sample.js';
import { type BesideFormat, readBeside, writeBeside } from './beside.js';
import type { Format, ReadOptions, WriteOptions } from './format.js';
import { pixels, rounded } from './numbers.js';
import { recogniseMarkup } from './recognise-markup.js';

/**
 * Reads iBUG's `.pts` files, https://ibug.doc.ic.ac.uk/resources/300-W/: a line `x y` for each point, between braces after
 * a header or alone. They count pixels from 1, samples from 0. The picture of `a.pts` is `a.jpg` (or `.png`, …) beside it.
 * @param path a file, or a folder in which all are read, the folders within it too
 */
export const readPts = (path: string, options: ReadOptions = {}): Promise<Dataset> =>
  readBeside(besideFormat(), path, options);

/** Writes them with header and three decimals. Boxes, groups and tags are not held. */
export const writePts = (dataset: Dataset, folder: string, options: WriteOptions = {}): Promise<void> =>
  writeBeside(besideFormat(), dataset, folder, options);

const besideFormat = (): BesideFormat => ({
  name: 'pts',
  ending: '.pts',
  parse: parsePts,
  format: formatPts,
  pictureOf: pictureByStem(),
  annotationOf: (picture) => `${picture.slice(0, picture.length - extname(picture).length)}.pts`,
  markup: (count, given, where) => recogniseMarkup({ count }, given, where),
});

/** The points of a file's text, 0-based, shape [2·n]. Throws an InputError that names file and line. */
export function parsePts(text: string, file: string): Float32Array {
  const values: number[] = [];
  let announced: string | undefined;
  let state: 'header' | 'points' | 'end' = 'header';
  text.split(/\r\n|\r|\n/).forEach((line, i) => {
    const where = `${file}:${i + 1}`;
    const words = line.trim().split(/\s+/);
    if (words[0] === '') return;
    const header = /^\s*(version|n_points)\s*:\s*(\S*)\s*$/i.exec(line);
    if (state === 'header' && header) {
      if (header[1]!.toLowerCase() === 'n_points') announced = header[2];
    } else if (state === 'header' && values.length === 0 && line.trim() === '{') {
      state = 'points';
    } else if (state === 'points' && line.trim() === '}') {
      state = 'end';
    } else if (words.length === 2 && state !== 'end') {
      for (const [axis, word] of words.entries()) {
        values.push(pixels(word, where, `${'xy'[axis]} of point ${values.length >> 1}`) - 1);
      }
    } else {
      throw new InputError(
        `${where}: is ${quoted(line.trim())}, where ${state === 'end' ? 'nothing' : "a point's x and y"} should stand; mend it`,
      );
    }
  });
  // TypeScript does not see the callback assign it.
  if ((state as string) === 'points') {
    throw new InputError(`${file}: ends before the closing }; the file is cut off, get it whole again`);
  }
  const count = values.length / 2;
  if (count === 0) throw new InputError(`${file}: has no points; mend it or remove it`);
  if (announced !== undefined && Number(announced) !== count) {
    throw new InputError(`${file}: announces ${quoted(announced)} points and has ${count}; mend it or remove it`);
  }
  return Float32Array.from(values);
}

function formatPts(points: Float32Array): string {
  const lines = [`version: 1`, `n_points: ${points.length / 2}`, '{'];
  for (let i = 0; i < points.length; i += 2) {
    lines.push(`${rounded(points[i]! + 1, 3)} ${rounded(points[i + 1]! + 1, 3)}`);
  }
  return `${lines.join('\n')}\n}\n`;
}

const pictureEndings = ['.jpg', '.jpeg', '.png', '.webp', '.avif', '.gif', '.tif', '.tiff', '.svg'];

/** Finds the picture of the same stem: `a.jpg` for `a.pts`, of several the first of the endings above. Lists a folder once. */
function pictureByStem(): (annotation: string) => string | undefined {
  const folders = new Map<string, Set<string>>();
  return (annotation) => {
    const folder = dirname(annotation);
    const names = folders.get(folder) ?? new Set(readdirSync(folder));
    folders.set(folder, names);
    const stem = basename(annotation, extname(annotation));
    const endings = pictureEndings.flatMap((ending) => [ending, ending.toUpperCase()]);
    const ending = endings.find((candidate) => names.has(stem + candidate));
    return ending && join(folder, stem + ending);
  };
}

export const pts: Format = {
  name: 'pts',
  about: "iBUG's .pts: a file beside each picture, all points, three decimals",
  ending: '.pts',
  files: 'one a picture',
  read: readPts,
  write: writePts,
};
