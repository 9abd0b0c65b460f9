import { constants, copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { InputError, reason } from '../../errors.js';
import { writeWhole } from '../../files.js';
import { mapParallel } from '../../parallel.js';
import { readAnnotation, unreadable } from '../folder.js';
import type { Markup } from '../markup.js';
import { oneLine } from '../quoted.js';
import type { Dataset, Sample } from '../sample.js';
import { type Face, samplesOf } from './faces.js';
import type { ReadOptions, WriteOptions } from './format.js';
import { allPoints, eachHeld } from './held.js';
import { mostFrequent } from './most-frequent.js';
import { reporting } from './problem.js';

/** A format that keeps the points of each picture in a file beside it. */
export interface BesideFormat {
  readonly name: string;
  /** The ending of the annotation files, `.pts`. */
  readonly ending: string;
  /** Shape [2·n]; throws an InputError that names file and line. */
  parse(text: string, file: string): Float32Array;
  format(points: Float32Array): string;
  /** The picture of an annotation file, the annotation file of a picture. */
  pictureOf(file: string): string | undefined;
  annotationOf(picture: string): string;
  markup(count: number, given: Markup | undefined, where: string): Markup;
}

/**
 * Reads all such files of a folder and the folders within it, or one. A file with another number of points than the markup,
 * else than most, is a problem. The box of a face is the one around its points.
 */
export async function readBeside(format: BesideFormat, path: string, options: ReadOptions): Promise<Dataset> {
  const { onProblem } = options;
  const files = filesEnding(path, format.ending);
  const single = files.length === 1 && files[0] === path;
  const root = single ? dirname(path) : path;
  // Errors are kept, so that of several mistakes always the same is told.
  const texts = await mapParallel(files, 16, (file) => readAnnotation(file).catch((error: unknown) => ({ error })));
  const parsed = files.flatMap((file, i) => {
    const text = texts[i]!;
    const face = reporting(onProblem, () => {
      if (typeof text !== 'string') throw text.error;
      return { file, points: format.parse(text, file) };
    });
    return face ?? [];
  });
  const count = options.markup?.points.length ?? mostFrequent(parsed.map(({ points }) => points.length / 2)) ?? 0;
  const markup = format.markup(count, options.markup, path);
  const faces = parsed.flatMap(({ file, points }): Face[] => {
    const face = reporting(onProblem, (): Face => {
      checkCount(points.length / 2, count, file);
      const picture = format.pictureOf(file);
      if (picture === undefined)
        throw new InputError(`${file}: has no picture of the same name beside it; put it there`);
      return { where: file, name: relative(root, picture).split(sep).join('/'), picture, points };
    });
    return face ? [face] : [];
  });
  const name = basename(resolve(path), single ? format.ending : '');
  return { name, markup, ...(await samplesOf(faces, path, onProblem)) };
}

function checkCount(count: number, expected: number, file: string): void {
  if (count === expected) return;
  throw new InputError(`${file}: has ${count} points, where ${expected} belong; mend it or remove it`);
}

/** The files with an ending in a folder and the folders within it, sorted; or the one file that `path` is. */
function filesEnding(path: string, ending: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => hasEnding(basename(name), ending))
      .map((name) => join(path, name));
    if (files.length > 0) return files.sort();
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new InputError(`${path}: holds no ${ending} file; give the folder that does`);
}

/** macOS leaves `._NAME` beside NAME on foreign disks. */
const hasEnding = (name: string, ending: string): boolean =>
  !name.startsWith('.') && name.toLowerCase().endsWith(ending);

/**
 * Writes a folder of such files, each beside a copy of its picture, both named by the sample's id: so that each of several
 * faces of a picture has its own.
 */
export async function writeBeside(
  format: BesideFormat,
  dataset: Dataset,
  folder: string,
  { onProblem }: WriteOptions,
): Promise<void> {
  const targets = new Set<string>();
  const held = eachHeld(dataset, onProblem, (sample) => {
    const target = pictureTarget(folder, sample);
    if (targets.has(target))
      throw new InputError(`${sample.id}: another face would be written to ${target} too; rename one`);
    targets.add(target);
    return { target, text: format.format(allPoints(sample, format.name)) };
  });
  for (const { sample, written } of held) {
    copyPicture(sample.picture, written.target);
    writeWhole(format.annotationOf(written.target), written.text);
  }
}

/** The sample's id with the picture's ending, below `folder` whatever the id, and without what some file systems refuse. */
function pictureTarget(folder: string, { id, picture }: Sample): string {
  const parts = oneLine(id)
    .split(/[\\/]/)
    .map((part) => (/^\.*$/.test(part) ? '_' : part.replace(/[<>:"|?*]/g, '_')));
  return join(folder, ...parts) + extname(picture);
}

function copyPicture(from: string, to: string): void {
  if (resolve(from) === resolve(to)) return;
  try {
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw new InputError(`${from}: cannot be copied to ${to} (${reason(error)})`);
  }
}
