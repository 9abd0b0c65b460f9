import type { Affine } from './affine.js';
import type { Crop, Size } from './crop.js';
import type { Picture } from './picture.js';
import { warp } from './warp.js';

/** What a network is fed: which part of the picture, how large, in which numbers. */
export interface InputForm extends Size {
  readonly channels: 1 | 3;
  readonly crop: Crop;
  /** The network sees (value / 255 - mean) / deviation. */
  readonly mean: number;
  readonly deviation: number;
}

/**
 * The planes [channels, height, width] that a network is fed, not yet normalised (0 to 255), black where the picture
 * ends.
 * @param map from input pixels to picture pixels
 */
export const inputPlanes = (picture: Picture, map: Affine, { width, height }: Size): Float32Array =>
  warp(picture, map, width, height, { fill: 0 });

/** Brings planes of 0 to 255 to what the network sees, in place. */
export function normalisePlanes(planes: Float32Array, { mean, deviation }: InputForm): Float32Array {
  const scale = 1 / (255 * deviation);
  const shift = mean / deviation;
  for (let i = 0; i < planes.length; i++) planes[i] = planes[i]! * scale - shift;
  return planes;
}

/** The other way, for showing: from what the network sees to 0 to 255. */
export const shownPlanes = (planes: Float32Array, { mean, deviation }: InputForm): Float32Array =>
  planes.map((value) => Math.min(255, Math.max(0, (value * deviation + mean) * 255)));
