import { choosePoints, firstGap } from '../data/choose-points.js';
import type { Normaliser } from '../data/markup.js';
import type { Sample } from '../data/sample.js';
import { InputError } from '../errors.js';
import type { Box } from '../image/box.js';
import type { Picture } from '../image/picture.js';
import { normalisingDistance } from '../metrics/point-error.js';
import { randomFor } from '../random.js';

/** What studies have in common: which model, which faces, and how random choices are drawn. */
export interface StudyOptions {
  readonly seed: number;
  readonly onFace?: (done: number, total: number) => void;
}

/** A face of a study, to look at: what stood in the picture, and what was found. */
export interface StudyExample {
  readonly picture: Picture;
  /** What the network saw, in the picture's pixels. */
  readonly crop: Box;
  /** The true points of each face in the picture, [2·n] in its pixels. */
  readonly truths: readonly Float32Array[];
  readonly predicted: Float32Array;
  readonly caption: string;
}

/** Predictions within this share of the crop's side from its border stick to it. */
const borderWidth = 0.01;

/** The true points that the model predicts, [2·n]. Throws an InputError where one is not annotated. */
export function truthOf(sample: Sample, chosen: readonly number[] | undefined): Float32Array {
  const gap = sample.points ? firstGap(sample, chosen) : 0;
  if (!sample.points || gap !== undefined) {
    throw new InputError(`${sample.picture}: point ${gap} is not annotated, to hold a prediction against`);
  }
  return choosePoints(sample.points, chosen);
}

/** What errors are divided by, in picture pixels: the markup's distance, or where it has none the crop's width. */
export const scaleOf = (normaliser: Normaliser | undefined, sample: Sample, crop: Box): number =>
  normaliser ? normalisingDistance(normaliser, sample.points!) : crop.width;

/** What `scaleOf` divides by, in words. */
export const scaleName = (normaliser: Normaliser | undefined): string => normaliser?.name ?? 'crop width';

/** At most so many of the faces, drawn by seed; all where absent. */
export const drawFaces = (samples: readonly Sample[], seed: number, count = samples.length): Sample[] =>
  randomFor(seed, 'faces')
    .shuffle([...samples])
    .slice(0, count);

/** The share of points that stick to the border of the unit square, from inside or outside. (x, y) pairs, [2·n]. */
export function borderShare(unit: ArrayLike<number>): number {
  const n = unit.length / 2;
  let stuck = 0;
  for (let i = 0; i < n; i++) if (borderDistance(unit[2 * i]!, unit[2 * i + 1]!) <= borderWidth) stuck++;
  return stuck / n;
}

/** From the outline of the unit square, on either side of it. */
function borderDistance(x: number, y: number): number {
  const beyond = Math.hypot(Math.max(-x, 0, x - 1), Math.max(-y, 0, y - 1));
  return beyond > 0 ? beyond : Math.min(x, 1 - x, y, 1 - y);
}

/** Whether a point lies in the unit square. */
export const isInside = (x: number, y: number): boolean => x >= 0 && x <= 1 && y >= 0 && y <= 1;
