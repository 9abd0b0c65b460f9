import type { Size } from '../image/crop.js';
import type { Population } from './scatter.js';

/**
 * An appearance model: how faces look, as the mean and the principal components of their points and of their texture with
 * the shape taken away. Cootes, Edwards, Taylor, "Active appearance models", 1998; Stegmann, "Active appearance models", 2000.
 * It holds no picture: nothing in it is of one person.
 */
export interface AppearanceModel {
  readonly name: string;
  /** The scheme of the points, as model files store it. */
  readonly markup: unknown;
  /** The terms of the data that it was fitted to, and what they were. */
  readonly terms: string;
  readonly fitted: string;
  /** Of the pictures that it draws. */
  readonly picture: Size;
  /** Where texture is kept: grey, rows from the top. */
  readonly frame: Size;
  /** The vertices of the mesh in the frame: the mean points, then those of the rings. */
  readonly vertices: Float32Array;
  /** Three vertices each. */
  readonly triangles: Uint16Array;
  /** Aligned points: centroid 0, root mean square distance 1. [2·n] */
  readonly meanShape: Float32Array;
  /** Brightness in standard deviations of the face's own, [height·width] of the frame. */
  readonly meanTexture: Float32Array;
  /** The axes along which faces differ in shape and texture together, each as long as a standard deviation. */
  readonly modes: readonly Mode[];
  /** Of parameters: one for each mode, then those of {@link Placed} in its order. */
  readonly population: Population;
}

export interface Mode {
  readonly shape: Float32Array;
  readonly texture: Float32Array;
}

/** Where a face is in its picture, and how bright. */
export interface Placed {
  /** Natural logarithm of its root mean square size over the picture's height. */
  readonly size: number;
  /** In radians, clockwise. */
  readonly turn: number;
  /** Of the points' centroid, as shares of the picture's width and height. */
  readonly x: number;
  readonly y: number;
  /** Mean brightness within the points, 0 to 255, and the logarithm of its standard deviation. */
  readonly brightness: number;
  readonly contrast: number;
}

/** How many numbers that is. */
export const placedCount = 6;

export const placedRow = ({ size, turn, x, y, brightness, contrast }: Placed): number[] => [
  size,
  turn,
  x,
  y,
  brightness,
  contrast,
];

export function placedOf(row: ArrayLike<number>, offset: number): Placed {
  const [size, turn, x, y, brightness, contrast] = Array.from({ length: placedCount }, (_, i) => row[offset + i]!);
  return { size: size!, turn: turn!, x: x!, y: y!, brightness: brightness!, contrast: contrast! };
}
