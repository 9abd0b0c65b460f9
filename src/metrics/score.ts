import { areaUnderCurve, failureRate } from './cumulative-error.js';
import { mean, median } from './quantile.js';

/** The errors of one face. */
export interface FaceError {
  /** Mean over its points of the distance from the truth, in picture pixels. */
  readonly pixels: number;
  /** The face's normalising distance in picture pixels; NaN where the markup has none. */
  readonly normaliser: number;
  /** Mean squared difference of coordinates in the crop's unit square. */
  readonly squared: number;
}

/** How good predictions are over many faces; `nme` in percent, everything NaN-free or null. */
export interface Score {
  readonly faces: number;
  /** Null where the markup has no normalising points. */
  readonly nme: { readonly mean: number; readonly median: number; readonly normaliser: string } | null;
  /** Shares of faces with an NME above 8 % and 10 %. */
  readonly fr8: number | null;
  readonly fr10: number | null;
  /** Area under the cumulative error curve up to 8 %. */
  readonly auc8: number | null;
  readonly pixels: { readonly mean: number; readonly median: number };
  readonly mse: number;
}

/** @param normaliser the name of the normalising distance, `undefined` where there is none */
export function score(faces: readonly FaceError[], normaliser: string | undefined): Score {
  const pixels = faces.map((face) => face.pixels);
  const nmes = faces.map((face) => (100 * face.pixels) / face.normaliser);
  const named = normaliser !== undefined;
  return {
    faces: faces.length,
    nme: named ? { mean: mean(nmes), median: median(nmes), normaliser } : null,
    fr8: named ? failureRate(nmes, 8) : null,
    fr10: named ? failureRate(nmes, 10) : null,
    auc8: named ? areaUnderCurve(nmes, 8) : null,
    pixels: { mean: mean(pixels), median: median(pixels) },
    mse: mean(faces.map((face) => face.squared)),
  };
}
