import type { Markup } from './markup.js';
import type { Sample } from './sample.js';

/** The (x, y) pairs of the points with these indices; all without. [2·n] → [2·indices]. */
export const choosePoints = (points: Float32Array, indices: readonly number[] | undefined): Float32Array =>
  indices ? Float32Array.from(indices.flatMap((i) => [points[2 * i]!, points[2 * i + 1]!])) : points;

/** The first of the points with these indices (of all without) that nobody annotated; `undefined` where there is none. */
export function firstGap(
  { visible }: Pick<Sample, 'visible'>,
  indices: readonly number[] | undefined,
): number | undefined {
  const absent = [...(visible ?? [])].flatMap((v, i) => (v === 0 ? [i] : []));
  return indices ? indices.find((i) => absent.includes(i)) : absent[0];
}

/**
 * The scheme of the points with these indices, in their order; all without. Contours and normalisers stay where all of
 * their points do; a point whose partner was left out becomes its own.
 */
export function chooseMarkup(markup: Markup, indices: readonly number[] | undefined): Markup {
  if (!indices) return markup;
  const place = new Map(indices.map((index, i) => [index, i]));
  const moved = (points: readonly number[]) => points.map((index) => place.get(index)!);
  const complete = (points: readonly number[]) => points.every((index) => place.has(index));
  return {
    name: markup.name,
    points: indices.map((index) => markup.points[index]!),
    mirror: indices.map((index, i) => place.get(markup.mirror[index]!) ?? i),
    contours: markup.contours
      .filter(({ points }) => complete(points))
      .map((contour) => ({ ...contour, points: moved(contour.points) })),
    normalisers: markup.normalisers
      .filter(({ from, to }) => complete(from) && complete(to))
      .map(({ name, from, to }) => ({ name, from: moved(from), to: moved(to) })),
  };
}
