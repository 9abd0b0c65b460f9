import type { Markup } from '../markup.js';

/**
 * The markup of n points of which only the number is known: named `0` to `n-1`, no lines, no normaliser.
 * Without partners every point mirrors to itself, so mirroring pictures in training would teach it wrong.
 */
export const pointsMarkup = (n: number): Markup => namedMarkup(Array.from({ length: n }, (_, i) => String(i)));

/** The markup of points of which only the names are known; partners are those whose names say so. */
export const namedMarkup = (points: readonly string[], name = `points${points.length}`): Markup => ({
  name,
  points,
  mirror: mirrorByName(points),
  contours: [],
  normalisers: [],
});

/** Pairs `left_eye` with `right_eye`, and so on; a point without such a partner mirrors to itself. */
export function mirrorByName(points: readonly string[]): number[] {
  const byName = new Map(points.map((name, i) => [name.toLowerCase(), i]));
  const other: Record<string, string> = { left: 'right', right: 'left' };
  const partners = points.map((name) =>
    byName.get(name.toLowerCase().replace(/left|right/g, (side) => other[side] ?? side)),
  );
  // A pair is one only if each names the other: two names that differ in case alone do not.
  return partners.map((partner, i) => (partner !== undefined && partners[partner] === i ? partner : i));
}
