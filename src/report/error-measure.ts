import type { Prediction } from './read-predictions.js';
import type { RunFolder } from './read-run.js';

/** What faces are compared by: NME where the markup has a normalising distance, else pixels. */
export interface ErrorMeasure {
  readonly unit: '%' | 'px';
  /** For an axis, e.g. `NME, % of inter-ocular`. */
  readonly label: string;
  readonly of: (face: Prediction) => number;
}

const pixels: ErrorMeasure = { unit: 'px', label: 'mean point error (px)', of: (face) => face.pixels };

/** One measure for all the runs: NME where every face has it and all runs divide by the same distance. */
export function errorMeasure(runs: readonly RunFolder[]): ErrorMeasure {
  const names = new Set(
    runs.map(({ evaluation, info }) => evaluation?.best.nme?.normaliser ?? info.markup.normalisers[0]?.name),
  );
  const [name] = names;
  const normalised = runs.every(({ predictions }) => predictions.every(({ nme }) => nme !== undefined));
  if (names.size !== 1 || name === undefined || !normalised) return pixels;
  return { unit: '%', label: `NME, % of ${name}`, of: ({ nme }) => nme! };
}
