import { mean, quantile } from './quantile.js';

/** Points of about the same expected error. */
export interface CalibrationBin {
  readonly points: number;
  /** Means. */
  readonly expected: number;
  readonly actual: number;
  /** The quartiles of the actual errors. */
  readonly lower: number;
  readonly upper: number;
}

/** Whether a model is as far off as it expects to be. */
export interface Calibration {
  readonly points: number;
  /** Spearman's, between the expected and the actual error of points, and of faces (of their means over points). */
  readonly rankCorrelation: { readonly points: number; readonly faces: number };
  /** Ascending, as many points in each as can be. */
  readonly bins: readonly CalibrationBin[];
}

/** The errors of a face's points, in one unit, [n]. */
export interface ExpectedAndActual {
  readonly expected: ArrayLike<number>;
  readonly actual: ArrayLike<number>;
}

/**
 * A reliability diagram's numbers: points in bins of equal size by the error expected of them, with the errors they have.
 * After Kuleshov, Fenner and Ermon, "Accurate uncertainties for deep learning using calibrated regression", 2018.
 */
export function calibrate(faces: readonly ExpectedAndActual[], bins = 10): Calibration {
  const expected = faces.flatMap((face) => Array.from(face.expected));
  const actual = faces.flatMap((face) => Array.from(face.actual));
  const order = [...expected.keys()].sort((a, b) => expected[a]! - expected[b]!);
  const count = Math.min(bins, order.length);
  const parts = Array.from({ length: count }, (_, i) =>
    order.slice(Math.round((i * order.length) / count), Math.round(((i + 1) * order.length) / count)),
  );
  return {
    points: expected.length,
    rankCorrelation: {
      points: rankCorrelation(expected, actual),
      faces: rankCorrelation(
        faces.map((face) => mean(face.expected)),
        faces.map((face) => mean(face.actual)),
      ),
    },
    bins: parts.map((part) => {
      const errors = part.map((i) => actual[i]!);
      return {
        points: part.length,
        expected: mean(part.map((i) => expected[i]!)),
        actual: mean(errors),
        lower: quantile(errors, 0.25),
        upper: quantile(errors, 0.75),
      };
    }),
  };
}

/** Spearman's coefficient: the correlation of the ranks, equal values sharing theirs. NaN where either does not vary. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)];
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - mx) * (y[i]! - my);
    xx += (x[i]! - mx) ** 2;
    yy += (y[i]! - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const found = new Float64Array(order.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) found[order[i]!] = (start + end - 1) / 2;
    start = end;
  }
  return found;
}
