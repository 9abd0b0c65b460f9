import { choosePoints } from '../data/choose-points.js';
import type { Markup } from '../data/markup.js';
import { InputError } from '../errors.js';
import type { Size } from '../image/crop.js';

/** What a network says of one face, in the crop's unit square. */
export interface Answer {
  /** (x, y) pairs, [2·points]. */
  readonly unit: Float32Array;
  /** [points] */
  readonly spread?: Float32Array;
}

/** Throws an InputError for a markup of which nobody knows what stands where in a mirrored picture. */
export function requirePartners({ name, points, mirror }: Markup): void {
  // Numbers tell of no side; and a model of a left eye alone finds the left one in the mirror too, which is the other.
  const alone = points.find((point, i) => mirror[i] === i && /^\d+$|left|right/i.test(point));
  if (alone === undefined) return;
  throw new InputError(
    `the point '${alone}' of ${name} has no partner in the mirrored picture: its predictions cannot be averaged with those; leave mirroring out`,
  );
}

/** Each row the other way round. [channels, height, width] */
export function mirrorPlanes(planes: Float32Array, { width }: Size): Float32Array {
  const mirrored = planes.slice();
  for (let row = 0; row < mirrored.length; row += width) mirrored.subarray(row, row + width).reverse();
  return mirrored;
}

/** What was found in the mirrored crop, as points of the crop itself. */
export const mirrorAnswer = ({ unit, spread }: Answer, { mirror }: Markup): Answer => ({
  unit: choosePoints(
    unit.map((value, i) => (i % 2 === 0 ? 1 - value : value)),
    mirror,
  ),
  ...(spread ? { spread: Float32Array.from(mirror, (i) => spread[i]!) } : {}),
});

export function meanAnswer(one: Answer, other: Answer): Answer {
  const mean = (a: Float32Array, b: Float32Array) => a.map((value, i) => (value + b[i]!) / 2);
  return {
    unit: mean(one.unit, other.unit),
    ...(one.spread && other.spread ? { spread: mean(one.spread, other.spread) } : {}),
  };
}
