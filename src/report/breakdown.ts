import { mean, median } from '../metrics/quantile.js';
import type { ErrorMeasure } from './error-measure.js';
import type { Prediction } from './read-predictions.js';

/** The errors of the faces that share a value of a tag, or a group. */
export interface Share {
  readonly value: string;
  readonly faces: readonly Prediction[];
  /** One a face, in the measure's unit; so are the three that follow. */
  readonly errors: readonly number[];
  readonly mean: number;
  readonly median: number;
  readonly worst: number;
}

const natural = new Intl.Collator('en', { numeric: true });

/** @param by the value that a face belongs to @returns one share a value, in the values' natural order */
export function breakdown(
  predictions: readonly Prediction[],
  by: (face: Prediction) => string,
  measure: ErrorMeasure,
): Share[] {
  const faces = new Map<string, Prediction[]>();
  for (const face of predictions) {
    const value = by(face);
    const shared = faces.get(value);
    if (shared) shared.push(face);
    else faces.set(value, [face]);
  }
  return [...faces]
    .map(([value, shared]): Share => {
      const errors = shared.map(measure.of);
      return { value, faces: shared, errors, mean: mean(errors), median: median(errors), worst: Math.max(...errors) };
    })
    .sort((a, b) => natural.compare(a.value, b.value));
}

/** The tags that tell faces apart: those with at least two values, and not one a face. */
export function tagsOf(predictions: readonly Prediction[]): string[] {
  const tags = new Set(predictions.flatMap(({ tags: of }) => Object.keys(of)));
  return [...tags].filter((tag) => {
    const values = new Set(predictions.map((face) => tagOf(face, tag)));
    return values.size >= 2 && values.size < predictions.length;
  });
}

export const tagOf = (face: Prediction, tag: string): string => face.tags[tag] || '(none)';

/** The mean in the measure that the shares are not in: NME beside pixels, pixels beside NME. Undefined without NME. */
export function otherMean({ faces }: Share, { unit }: ErrorMeasure): number | undefined {
  if (unit === '%') return mean(faces.map(({ pixels }) => pixels));
  const nmes = faces.flatMap(({ nme }) => nme ?? []);
  return nmes.length === faces.length ? mean(nmes) : undefined;
}
