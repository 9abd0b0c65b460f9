import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../errors.js';
import { readJson } from './read-json.js';
import { isRun, type RunFolder, readRun } from './read-run.js';

/** A value that a setting was given, as JSON. */
export type Setting = unknown;

/** One training of a sweep. */
export interface SweptRun {
  /** As `sweep.json` names it, relative to the sweep's folder. */
  readonly name: string;
  readonly settings: Readonly<Record<string, Setting>>;
  readonly seed: number;
  /** Undefined until its training has begun. */
  readonly run: RunFolder | undefined;
}

/** Runs of one recipe whose settings differ. */
export interface Sweep {
  readonly folder: string;
  readonly recipe: string;
  /** The values of each setting that was varied. */
  readonly over: Readonly<Record<string, readonly Setting[]>>;
  readonly runs: readonly SweptRun[];
}

const schema = z.object({
  recipe: z.union([z.string(), z.looseObject({ name: z.string() })]),
  over: z.record(z.string(), z.array(z.unknown())),
  runs: z.array(z.object({ folder: z.string(), settings: z.record(z.string(), z.unknown()), seed: z.number() })),
});

/** Reads `sweep.json` and the runs that it names. Throws an InputError that names the file and what is wrong. */
export function readSweep(folder: string): Sweep {
  const read = readJson(join(folder, 'sweep.json'), schema);
  if (read === undefined) {
    throw new InputError(`${folder}: is no sweep's folder, it has no sweep.json; give the folder that a sweep wrote`);
  }
  return {
    folder,
    recipe: typeof read.recipe === 'string' ? read.recipe : read.recipe.name,
    over: read.over,
    runs: read.runs.map(({ folder: name, settings, seed }) => {
      const at = join(folder, name);
      return { name, settings, seed, run: isRun(at) ? readRun(at) : undefined };
    }),
  };
}

/** A setting's value in words: as one writes it after `--set key=`. */
export const settingText = (value: Setting): string =>
  typeof value === 'string' ? value : value === undefined ? '–' : JSON.stringify(value);

/** Keys without the section they stand in, where they differ without it: `learningRate` of `train.learningRate`. */
export function shortKeys(keys: readonly string[]): string[] {
  const last = keys.map((key) => key.slice(key.lastIndexOf('.') + 1));
  return new Set(last).size === keys.length ? last : [...keys];
}

/** All settings of a run in a line, e.g. `learningRate 0.003, channels 32`. */
export function settingsText(keys: readonly string[], settings: Readonly<Record<string, Setting>>): string {
  const names = shortKeys(keys);
  return keys.map((key, i) => `${names[i]} ${settingText(settings[key])}`).join(', ');
}
