import { mean, median } from '../metrics/quantile.js';
import type { Prediction } from './read-predictions.js';

/** The errors of the faces that share a value of a tag, or a group. */
export interface Share {
  readonly value: string;
  readonly faces: readonly Prediction[];
  /** In picture pixels. */
  readonly mean: number;
  readonly median: number;
  readonly worst: number;
  /** Mean in percent; undefined unless every face has a normalising distance. */
  readonly nme: number | undefined;
}

const natural = new Intl.Collator('en', { numeric: true });

/** @param by the value that a face belongs to @returns one share a value, in the values' natural order */
export function breakdown(predictions: readonly Prediction[], by: (face: Prediction) => string): Share[] {
  const faces = new Map<string, Prediction[]>();
  for (const face of predictions) {
    const value = by(face);
    const shared = faces.get(value);
    if (shared) shared.push(face);
    else faces.set(value, [face]);
  }
  return [...faces].map(([value, shared]) => share(value, shared)).sort((a, b) => natural.compare(a.value, b.value));
}

/** The tags that tell faces apart: those with at least two values, and not one a face. */
export function tagsOf(predictions: readonly Prediction[]): string[] {
  const tags = new Set(predictions.flatMap(({ tags }) => Object.keys(tags)));
  return [...tags].filter((tag) => {
    const values = new Set(predictions.map((face) => tagOf(face, tag)));
    return values.size >= 2 && values.size < predictions.length;
  });
}

export const tagOf = (face: Prediction, tag: string): string => face.tags[tag] || '(none)';

/** Mean NME in percent; undefined unless every face has a normalising distance. */
export function meanNme(faces: readonly Prediction[]): number | undefined {
  const nmes = faces.flatMap(({ nme }) => nme ?? []);
  return nmes.length === faces.length && nmes.length > 0 ? mean(nmes) : undefined;
}

function share(value: string, faces: readonly Prediction[]): Share {
  const pixels = faces.map((face) => face.pixels);
  return { value, faces, mean: mean(pixels), median: median(pixels), worst: Math.max(...pixels), nme: meanNme(faces) };
}
