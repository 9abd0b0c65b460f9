import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPicture } from '../data/read-picture.js';
import type { Dataset, Sample } from '../data/sample.js';
import type { Split } from '../data/split.js';
import { writeWhole } from '../files.js';
import { encodePicture } from '../image/encode.js';
import { reducePicture } from '../image/reduce.js';
import { type JudgedFace, judgeFace, scoreFaces } from '../metrics/judged-face.js';
import { predictionsCsv } from '../metrics/predictions-csv.js';
import type { Prepared } from './batches/prepare.js';
import type { Progress } from './checkpoint.js';
import type { Recipe } from './recipe.js';
import type { RunEvaluation } from './run.js';
import { runFiles, writeJson } from './run-folder.js';
import type { Judged, Validator } from './validate.js';

/** Validation pictures in the run folder are about this wide and high at most. */
const galleryPixels = 480;

export interface FinishOptions {
  readonly out: string;
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  readonly split: Split;
  /** The validation faces as the network sees them. */
  readonly validated: readonly Prepared[];
  readonly validator: Validator;
  /** The training faces' mean points in the unit square. */
  readonly meanShape: Float32Array;
  readonly progress: Progress;
}

/** Judges the best and the last weights on the validation faces, and writes what reports are drawn from. */
export async function finishRun(options: FinishOptions): Promise<RunEvaluation> {
  const { out, recipe, dataset, split, validated, validator, meanShape, progress } = options;
  const files = runFiles(out);
  const judged = { markup: dataset.markup, chosen: recipe.data.points };
  const judge = ({ points, unit, spread }: Judged): JudgedFace[] =>
    split.validation.map((sample, i) => {
      const { map, target } = validated[i]!;
      const pixel = recipe.input.width * Math.hypot(map[0], map[3]);
      const answer = { points: points[i]!, ...(spread ? { spread: spread[i]!.map((e) => e * pixel) } : {}) };
      return judgeFace(sample, answer, { predicted: unit[i]!, truth: target }, judged);
    });

  const best = judge(await validator.runModel(readFileSync(files.model)));
  const last = judge(await validator.runModel(readFileSync(files.last)));
  const floor = judge(validator.judge({ unit: validated.map(() => meanShape) }));
  const evaluation: RunEvaluation = {
    best: { ...scoreFaces(best, judged), epoch: progress.best!.epoch },
    last: { ...scoreFaces(last, judged), epoch: progress.epoch },
    floor: scoreFaces(floor, judged),
  };
  writeWhole(files.predictions, predictionsCsv(best));
  await writePictures(files.pictures, split.validation);
  writeJson(files.evaluation, evaluation);
  return evaluation;
}

/** Each validation picture, reduced; see docs/run-folder.md. */
async function writePictures(folder: string, samples: readonly Sample[]): Promise<void> {
  const index: Record<string, { file: string; scale: number; left: number; top: number }> = {};
  for (const sample of samples) {
    const { id } = sample;
    const decoded = await readPicture(sample, { channels: 3 });
    const factor = Math.max(1, Math.ceil(Math.max(decoded.width, decoded.height) / galleryPixels));
    const { picture } = reducePicture(decoded, factor, factor);
    const name = `${id.replace(/[^\w.-]/g, '_')}.jpg`;
    writeWhole(join(folder, name), await encodePicture(picture, 'jpeg', { quality: 80 }));
    // Pixel centres are at integers, so that the picture's edge is half a pixel before 0.
    index[id] = { file: name, scale: 1 / factor, left: -0.5, top: -0.5 };
  }
  writeJson(join(folder, 'index.json'), index);
}
