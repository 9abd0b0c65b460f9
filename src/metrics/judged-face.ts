import { choosePoints } from '../data/choose-points.js';
import type { Markup, Normaliser } from '../data/markup.js';
import type { Sample } from '../data/sample.js';
import { normalisingDistance, pointErrors } from './point-error.js';
import { mean } from './quantile.js';
import { type FaceError, type Score, score } from './score.js';

/** A prediction beside its truth. */
export interface JudgedFace {
  readonly sample: Sample;
  /** (x, y) pairs in picture pixels, [2·chosen points]. */
  readonly predicted: Float32Array;
  readonly truth: Float32Array;
  /** How far from the truth the model expects each point to be, in picture pixels, [chosen points]; absent where it does not say. */
  readonly spread?: Float32Array;
  readonly error: FaceError;
}

/** The points that are judged, of a data set's markup. */
export interface Judged {
  readonly markup: Markup;
  /** Indices of the points that the network predicts; all where absent. */
  readonly chosen?: readonly number[] | undefined;
  /** The markup's first where absent. */
  readonly normaliser?: Normaliser | undefined;
}

const normaliserOf = ({ markup, normaliser }: Judged): Normaliser | undefined => normaliser ?? markup.normalisers[0];

/**
 * @param sample with the points of the whole markup, from which the normalising distance is taken even where few are predicted
 * @param answer the chosen points, and their spread if known, in picture pixels
 * @param unit predicted and true points in the crop's unit square
 */
export function judgeFace(
  sample: Sample,
  { points: predicted, spread }: { readonly points: Float32Array; readonly spread?: Float32Array },
  unit: { readonly predicted: Float32Array; readonly truth: Float32Array },
  judged: Judged,
): JudgedFace {
  const points = sample.points!;
  const truth = choosePoints(points, judged.chosen);
  const normaliser = normaliserOf(judged);
  const error = {
    pixels: mean(pointErrors(predicted, truth)),
    normaliser: normaliser ? normalisingDistance(normaliser, points) : Number.NaN,
    squared: mean(unit.predicted.map((value, i) => (value - unit.truth[i]!) ** 2)),
  };
  return { sample, predicted, truth, ...(spread ? { spread } : {}), error };
}

/** What the errors of faces come to: means, medians, failure rates. At least one face. */
export const scoreFaces = (faces: readonly JudgedFace[], judged: Judged): Score =>
  score(
    faces.map(({ error }) => error),
    normaliserOf(judged)?.name,
  );
