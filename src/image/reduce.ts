import type { Affine } from './affine.js';
import type { Picture } from './picture.js';

export interface Reduced {
  readonly picture: Picture;
  /** From the reduced picture's pixels to those of the original. */
  readonly map: Affine;
}

/**
 * Shrinks a picture by whole numbers: each new pixel is the rounded mean of `fx` × `fy` old ones, at the right and lower
 * border of those that there are. A training set whose crops shrink pictures much is reduced once, when it is loaded.
 * Throws a RangeError for factors that are not whole and positive.
 */
export function reducePicture(picture: Picture, fx: number, fy: number): Reduced {
  if (!(Number.isInteger(fx) && Number.isInteger(fy) && fx > 0 && fy > 0)) {
    throw new RangeError(`a picture is reduced by whole numbers from 1, not by ${fx} × ${fy}`);
  }
  const map: Affine = [fx, 0, (fx - 1) / 2, 0, fy, (fy - 1) / 2];
  if (fx === 1 && fy === 1) return { picture, map };
  const { channels } = picture;
  const width = Math.ceil(picture.width / fx);
  const height = Math.ceil(picture.height / fy);
  const data = new Uint8Array(width * height * channels);
  const sums = new Float64Array(width * channels);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const bottom = Math.min((y + 1) * fy, picture.height);
    for (let row = y * fy; row < bottom; row++) addRow(picture, row, fx, sums);
    for (let x = 0; x < width; x++) {
      const pixels = (bottom - y * fy) * (Math.min((x + 1) * fx, picture.width) - x * fx);
      for (let channel = 0; channel < channels; channel++) {
        const i = x * channels + channel;
        data[y * width * channels + i] = Math.round(sums[i]! / pixels);
      }
    }
  }
  return { picture: { width, height, channels, data }, map };
}

/** How many times finer than the input a reduced picture still has to be: crops turn, and zoom in. */
const reserve = 1.5;

/**
 * Shrinks a picture as far as crops allow that shrink it anyway. Training and prediction both do, so that a network sees
 * the same pixels in both.
 * @param crops from input pixels to picture pixels
 */
export function reduceForCrops(picture: Picture, crops: readonly Affine[]): Reduced {
  const factor = (axis: 0 | 4) => Math.max(1, Math.floor(Math.min(...crops.map((crop) => crop[axis])) / reserve));
  return reducePicture(picture, factor(0), factor(4));
}

/** Adds a row of the picture, `fx` pixels to a sum. */
function addRow({ data, width, channels }: Picture, row: number, fx: number, sums: Float64Array) {
  let at = row * width * channels;
  for (let x = 0, left = 0, to = 0; x < width; x++) {
    for (let channel = 0; channel < channels; channel++) sums[to + channel]! += data[at++]!;
    if (++left === fx) {
      left = 0;
      to += channels;
    }
  }
}
