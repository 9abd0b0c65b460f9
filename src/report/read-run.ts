import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../errors.js';
import type { EpochMetrics, RunEvaluation, RunInfo } from '../train/run.js';
import { type LearntPoints, learntPoints } from './learnt-points.js';
import { parseJson, readJson, readText } from './read-json.js';
import { type Prediction, readPredictions } from './read-predictions.js';
import { epochSchema, evaluationSchema, picturesSchema, runInfoSchema } from './run-schema.js';

/** Where a reduced picture lies: picture pixel (x, y) is ((x - left)·scale, (y - top)·scale) in the file. */
export interface ReducedPicture {
  readonly file: string;
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** What a run folder holds so far: while it trains, only `info` is sure to be there. */
export interface RunFolder {
  readonly folder: string;
  readonly info: RunInfo;
  readonly points: LearntPoints;
  /** Ascending. */
  readonly epochs: readonly EpochMetrics[];
  readonly evaluation: RunEvaluation | undefined;
  /** Empty until the training has ended. */
  readonly predictions: readonly Prediction[];
  /** By the face's name; `file` is a path. */
  readonly pictures: ReadonlyMap<string, ReducedPicture>;
  /** The layer table. */
  readonly summary: string | undefined;
}

/**
 * Reads a run folder, finished or still in training; see docs/run-folder.md.
 * Throws an InputError that names the file, the line and what is wrong.
 */
export function readRun(folder: string): RunFolder {
  const at = (file: string) => join(folder, file);
  const info = readJson(at('recipe.json'), runInfoSchema);
  if (info === undefined) {
    throw new InputError(`${folder}: is no run folder, it has no recipe.json; give the folder that a training wrote`);
  }
  const points = learntPoints(info.markup, info.recipe.data.points);
  const index = readJson(at('pictures/index.json'), picturesSchema) ?? {};
  return {
    folder,
    info,
    points,
    epochs: readEpochs(at('metrics.jsonl')),
    evaluation: readJson(at('evaluation.json'), evaluationSchema),
    predictions: readPredictions(at('predictions.csv'), points.names.length),
    pictures: new Map(
      Object.entries(index).map(([name, picture]) => [name, { ...picture, file: at(`pictures/${picture.file}`) }]),
    ),
    summary: readText(at('summary.txt')),
  };
}

/** Whether the folder is a run's. */
export const isRun = (folder: string): boolean => existsSync(join(folder, 'recipe.json'));

/** The pictures in a run's `figures/` whose name begins so, one file a name, SVG before PNG; paths. */
export const figuresNamed = (folder: string, beginning: string): string[] =>
  figuresIn(join(folder, 'figures'), beginning);

/** The same of any folder. */
export function figuresIn(figures: string, beginning = ''): string[] {
  const files = existsSync(figures) ? readdirSync(figures).filter((file) => file.startsWith(beginning)) : [];
  const byName = new Map<string, string>();
  for (const file of files.sort()) {
    const [, name, kind] = /^(.*)\.(svg|png)$/.exec(file) ?? [];
    if (name !== undefined && (kind === 'svg' || !byName.has(name))) byName.set(name, join(figures, file));
  }
  return [...byName.values()].sort(new Intl.Collator('en', { numeric: true }).compare);
}

function readEpochs(file: string): EpochMetrics[] {
  const text = readText(file) ?? '';
  const lines = text.split('\n');
  // What follows the last newline is a line still being written, or one that a kill cut short.
  lines.pop();
  const epochs = new Map<number, EpochMetrics>();
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const epoch = parseJson(line, epochSchema, `${file}:${i + 1}`);
    // A resumed run writes the epochs after its checkpoint again.
    epochs.set(epoch.epoch, epoch);
  }
  return [...epochs.values()].sort((a, b) => a.epoch - b.epoch);
}
