import { z } from 'zod';
import { storedMarkup } from '../data/stored-markup.js';
// Types alone: a report is drawn from the folder, without anything that trains.
import type { EpochMetrics, RunEvaluation, RunInfo } from '../train/run.js';

const indices = z.array(z.int().min(0));

// JSON has no NaN: a training that diverged leaves null in its place.
const number = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

// Only what a report uses is looked at, so that older runs stay readable.
const recipe = z.looseObject({
  name: z.string(),
  about: z.string().optional(),
  data: z.looseObject({ points: indices.optional() }),
  input: z.looseObject({ crop: z.looseObject({ kind: z.string() }) }),
  train: z.looseObject({ epochs: z.int().min(1) }),
});

/** Checks a value and leaves it as it is: parsing would change the order of its keys, which readers are shown. */
const unchanged = (schema: z.ZodType) =>
  z.unknown().superRefine((value, context) => {
    for (const { message, path } of schema.safeParse(value).error?.issues ?? []) {
      context.addIssue({ code: 'custom', message, path });
    }
  });

/** `recipe.json`. */
export const runInfoSchema = z.object({
  name: z.string(),
  recipe: unchanged(recipe),
  markup: storedMarkup,
  versions: z.object({ fiducial: z.string(), onnxruntime: z.string(), node: z.string() }),
  machine: z.string(),
  /** As it was typed, where the training recorded it. */
  command: z.string().optional(),
  data: z.object({
    name: z.string(),
    folder: z.string(),
    fingerprint: z.string(),
    train: z.int(),
    validation: z.int(),
  }),
}) as unknown as z.ZodType<RunInfo>;

const middle = z.object({ mean: number, median: number });

/** A line of `metrics.jsonl`. */
export const epochSchema: z.ZodType<EpochMetrics> = z.object({
  epoch: z.int().min(1),
  trainLoss: number,
  validationLoss: number,
  validationPixels: middle,
  learningRate: number,
  seconds: number,
  imagesPerSecond: number,
  waitSeconds: number,
  best: z.boolean(),
});

const score = z.object({
  faces: z.int(),
  nme: z.object({ mean: number, median: number, normaliser: z.string() }).nullable(),
  fr8: z.number().nullable(),
  fr10: z.number().nullable(),
  auc8: z.number().nullable(),
  pixels: middle,
  mse: number,
});

const scoreOfEpoch = score.extend({ epoch: z.int().min(1) });

/** `evaluation.json`. */
export const evaluationSchema: z.ZodType<RunEvaluation> = z.object({
  best: scoreOfEpoch,
  last: scoreOfEpoch,
  floor: score,
});

/** `pictures/index.json`. */
export const picturesSchema = z.record(
  z.string(),
  z.object({ file: z.string(), scale: z.number().gt(0), left: z.number(), top: z.number() }),
);
