import type { Prediction } from './read-predictions.js';
import type { RunFolder } from './read-run.js';

/** What the errors of faces are compared in. */
export interface ErrorMeasure {
  readonly unit: '%' | 'px';
  /** For an axis, e.g. `NME, % of inter-ocular`. */
  readonly label: string;
  readonly of: (face: Prediction) => number;
}

const pixels: ErrorMeasure = { unit: 'px', label: 'mean point error (px)', of: (face) => face.pixels };

/**
 * For cumulative curves, as is usual: NME where every face has it and all runs divide by the same distance, else pixels.
 */
export function errorMeasure(runs: readonly RunFolder[]): ErrorMeasure {
  const names = new Set(
    runs.map(({ evaluation, info }) => evaluation?.best.nme?.normaliser ?? info.markup.normalisers[0]?.name),
  );
  const [name] = names;
  const normalised = runs.every(({ predictions }) => predictions.every(({ nme }) => nme !== undefined));
  if (names.size !== 1 || name === undefined || !normalised) return pixels;
  return { unit: '%', label: `NME, % of ${name}`, of: ({ nme }) => nme! };
}

/**
 * For telling good faces of one run from bad ones. Where the network sees whole pictures, their faces are of one size and
 * pixels are fair; NME would blame turned heads, whose eyes stand closer in the picture. Where it sees boxes, faces are of
 * all sizes and NME is fair.
 */
export const faceMeasure = (run: RunFolder): ErrorMeasure =>
  run.info.recipe.input.crop.kind === 'picture' ? pixels : errorMeasure([run]);
