import type { Normaliser } from '../data/markup.js';

/** The distance of each point from its truth, in their unit. (x, y) pairs [2·n] → [n]. */
export function pointErrors(predicted: ArrayLike<number>, truth: ArrayLike<number>): Float64Array {
  if (predicted.length !== truth.length) {
    throw new RangeError(`${predicted.length / 2} predicted points do not fit ${truth.length / 2} true ones`);
  }
  return Float64Array.from({ length: truth.length / 2 }, (_, i) =>
    Math.hypot(predicted[2 * i]! - truth[2 * i]!, predicted[2 * i + 1]! - truth[2 * i + 1]!),
  );
}

/** The normalising distance of a face: between the means of two groups of its (true) points. */
export function normalisingDistance({ from, to }: Normaliser, truth: ArrayLike<number>): number {
  const centre = (indices: readonly number[], axis: 0 | 1) =>
    indices.reduce((sum, i) => sum + truth[2 * i + axis]!, 0) / indices.length;
  return Math.hypot(centre(to, 0) - centre(from, 0), centre(to, 1) - centre(from, 1));
}
