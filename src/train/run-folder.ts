import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError, reason } from '../errors.js';
import { writeWhole } from '../files.js';
import { parseRecipe } from './read-recipe.js';
import type { EpochMetrics, RunInfo } from './run.js';
import { eventWriter } from './tensorboard.js';

/** The places in a run folder. */
export const runFiles = (folder: string) => ({
  info: join(folder, 'recipe.json'),
  metrics: join(folder, 'metrics.jsonl'),
  summary: join(folder, 'summary.txt'),
  model: join(folder, 'model.onnx'),
  last: join(folder, 'last.onnx'),
  checkpoint: join(folder, 'checkpoint', 'checkpoint.bin'),
  evaluation: join(folder, 'evaluation.json'),
  predictions: join(folder, 'predictions.csv'),
  pictures: join(folder, 'pictures'),
  samples: join(folder, 'samples.png'),
});

/** Whether the folder holds a run, finished or not. */
export const holdsRun = (folder: string): boolean => existsSync(runFiles(folder).info);

export const writeJson = (file: string, value: unknown): void =>
  writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);

/** What a resumed run is compared by; the rest is only shown. */
const comparedSchema = z.looseObject({ data: z.looseObject({ folder: z.string(), fingerprint: z.string() }) });

/** Reads `recipe.json`; throws an InputError that names the file. */
export function readRunInfo(folder: string): RunInfo {
  const file = runFiles(folder).info;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${reason(error)}; is ${folder} a run folder?`);
  }
  if (!comparedSchema.safeParse(content).success) {
    throw new InputError(`${file}: is not what fiducial writes; is ${folder} a run folder?`);
  }
  const info = content as RunInfo;
  return { ...info, recipe: parseRecipe(info.recipe, file) };
}

/** The metrics of the first `epochs` epochs: what was written of later ones before a kill is done again. */
export function readMetrics(folder: string, epochs: number): EpochMetrics[] {
  const { metrics: file } = runFiles(folder);
  if (epochs === 0) return [];
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, epochs) : [];
  try {
    const metrics = lines.map((line) => JSON.parse(line) as EpochMetrics);
    if (metrics.length === epochs && metrics.every((line, i) => line.epoch === i + 1)) return metrics;
  } catch {
    // falls through to the same message
  }
  throw new InputError(
    `${file}: does not hold the ${epochs} epochs that the checkpoint has; train anew, with another --out`,
  );
}

/** Records an epoch: adds it to those there are, and writes them for readers of JSON and for TensorBoard. */
export function epochRecorder(folder: string, metrics: EpochMetrics[]): (epoch: EpochMetrics) => void {
  const writeEvents = eventWriter(folder);
  return (epoch) => {
    metrics.push(epoch);
    writeMetrics(folder, metrics);
    writeEvents(metrics);
  };
}

export const writeMetrics = (folder: string, metrics: readonly EpochMetrics[]): void =>
  writeWhole(runFiles(folder).metrics, metrics.map((line) => `${JSON.stringify(line)}\n`).join(''));

/** Removes what a kill left half written. */
export function removeParts(folder: string): void {
  for (const place of [folder, join(folder, 'checkpoint')]) {
    if (!existsSync(place)) continue;
    for (const name of readdirSync(place)) if (name.endsWith('.part')) rmSync(join(place, name));
  }
}
