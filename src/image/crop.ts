import type { Affine } from './affine.js';
import type { Box } from './box.js';

/** Which part of a picture the network sees. */
export type Crop =
  /** The whole picture, stretched to the input. */
  | { readonly kind: 'picture' }
  /** The square around the box, `factor` times its longer side; it may reach beyond the picture and is never clamped. */
  | { readonly kind: 'box'; readonly factor: number };

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The rectangle that a crop covers, in picture pixels (edges, so that pixel 0 reaches from -0.5 to 0.5). */
export function cropRectangle(crop: Crop, picture: Size, box: Box): Box {
  if (crop.kind === 'picture') return { left: -0.5, top: -0.5, width: picture.width, height: picture.height };
  const side = crop.factor * Math.max(box.width, box.height);
  return {
    left: box.left + (box.width - side) / 2,
    top: box.top + (box.height - side) / 2,
    width: side,
    height: side,
  };
}

/** The map from input pixels to picture pixels: the edges of the rectangle become the edges of the input. */
export function cropMap(crop: Crop, picture: Size, box: Box, input: Size): Affine {
  const { left, top, width, height } = cropRectangle(crop, picture, box);
  const a = width / input.width;
  const e = height / input.height;
  return [a, 0, left + a / 2, 0, e, top + e / 2];
}

/** Input pixels to the unit square, whose 0 and 1 are the input's edges. (x, y) pairs, [2·n]. */
export const toUnit = (points: Float32Array, { width, height }: Size): Float32Array =>
  points.map((value, i) => (value + 0.5) / (i % 2 === 0 ? width : height));

/** The unit square to input pixels. (x, y) pairs, [2·n]. */
export const fromUnit = (points: Float32Array, { width, height }: Size): Float32Array =>
  points.map((value, i) => value * (i % 2 === 0 ? width : height) - 0.5);
