import { type Affine, compose, mapPoints } from '../../image/affine.js';
import type { Random } from '../../random.js';
import type { AugmentSettings } from './settings.js';

/** One geometric change of a sample. */
export interface GeometricChange {
  /** From input pixels to picture pixels. */
  readonly map: Affine;
  /** The points are to change places with their partners. */
  readonly mirrored: boolean;
}

/**
 * Draws how a sample is looked at: the crop's own map, then about the crop's centre in picture pixels a zoom, a lean, a
 * turn, mirrors, and a shift.
 * @param crop from input pixels to picture pixels
 * @param input size of the input in pixels
 */
export function drawGeometry(
  settings: AugmentSettings,
  crop: Affine,
  input: { readonly width: number; readonly height: number },
  random: Random,
): GeometricChange {
  const mirrored = random.uniform() < settings.flip;
  const upended = random.uniform() < settings.verticalFlip;
  const angle = (random.uniform(-1, 1) * settings.rotation * Math.PI) / 180;
  const zoom = factor(settings.scale, random);
  const stretch = Math.sqrt(factor(settings.aspect, random));
  const lean = random.uniform(-1, 1) * settings.shear;
  const ways = [random.uniform(-1, 1), random.uniform(-1, 1)] as const;
  const cut = settings.cut && random.uniform() < settings.cut.probability ? settings.cut : undefined;
  const moved = ways.map((way) => way * (cut ?? settings).shift) as [number, number];

  const [cx, cy] = mapPoints(crop, [(input.width - 1) / 2, (input.height - 1) / 2]) as unknown as [number, number];
  const width = Math.hypot(crop[0], crop[3]) * input.width;
  const height = Math.hypot(crop[1], crop[4]) * input.height;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const change = [
    [1, 0, -cx, 0, 1, -cy],
    [(mirrored ? -1 : 1) * (stretch / zoom), 0, 0, 0, (upended ? -1 : 1) / (stretch * zoom), 0],
    [1, lean, 0, 0, 1, 0],
    [cos, -sin, 0, sin, cos, 0],
    [1, 0, cx + moved[0] * width, 0, 1, cy + moved[1] * height],
  ] satisfies Affine[];
  return { map: change.reduce<Affine>((before, next) => compose(next, before), crop), mirrored: mirrored !== upended };
}

/** Between 1 - spread and its inverse, evenly on a log scale. */
export function factor(spread: number, random: Random): number {
  const bound = -Math.log(1 - spread);
  return Math.exp(random.uniform(-bound, bound));
}

/** Puts each point into its partner's place: `swapped[i] = points[mirror[i]]`. (x, y) pairs, [2·n]. */
export const swapPartners = (points: Float32Array, mirror: readonly number[]): Float32Array =>
  Float32Array.from(mirror.flatMap((partner) => [points[2 * partner]!, points[2 * partner + 1]!]));
