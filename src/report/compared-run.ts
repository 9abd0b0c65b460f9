import { resolve } from 'node:path';
import { InputError } from '../errors.js';
import { series } from './colours.js';
import { type RunFolder, readRun } from './read-run.js';

/** A run among others: the same name and colour in every table and figure. */
export interface ComparedRun {
  readonly name: string;
  readonly colour: string;
  readonly run: RunFolder;
}

/** Throws an InputError where a folder is no run, is given twice, or where there are more than can be told apart. */
export function comparedRuns(folders: readonly string[]): ComparedRun[] {
  const paths = folders.map((folder) => resolve(folder));
  const twice = folders.find((_, i) => paths.indexOf(paths[i]!) < i);
  if (twice !== undefined) throw new InputError(`${twice}: given twice; give each run once`);
  if (folders.length > series.length) {
    throw new InputError(
      `${folders.length} runs cannot be told apart in one figure; give at most ${series.length}, or let a sweep compare them`,
    );
  }
  const runs = folders.map(readRun);
  const names = distinctNames(
    runs.map(({ info }) => info.name),
    paths,
  );
  return runs.map((run, i) => ({ name: names[i]!, colour: series[i]!, run }));
}

/** The recipes' names, or, where two runs share one, as much of the end of their paths as tells all apart. */
export function distinctNames(names: readonly string[], paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[\\/]/).filter((part) => part !== ''));
  const longest = Math.max(...parts.map(({ length }) => length));
  const ends = Array.from({ length: longest }, (_, i) => parts.map((each) => each.slice(-1 - i).join('/')));
  return [[...names], ...ends].find((each) => new Set(each).size === each.length) ?? [...paths];
}
