import type { Contour, Markup } from '../data/markup.js';

/** The points that a run learnt: those of the data's markup, or some of them. */
export interface LearntPoints {
  readonly names: readonly string[];
  /** By index into `names`. */
  readonly contours: readonly Contour[];
}

/** @param chosen indices in the markup; all points where absent */
export function learntPoints(markup: Markup, chosen?: readonly number[]): LearntPoints {
  if (chosen === undefined) return { names: markup.points, contours: markup.contours };
  const place = new Map(chosen.map((point, i) => [point, i]));
  const contours = markup.contours.map(({ name, points, closed }) => {
    const kept = points.flatMap((point) => place.get(point) ?? []);
    return { name, points: kept, closed: closed && kept.length === points.length };
  });
  return {
    names: chosen.map((point) => markup.points[point] ?? `point ${point}`),
    contours: contours.filter(({ points }) => points.length > 1),
  };
}
