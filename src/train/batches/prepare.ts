import { choosePoints } from '../../data/choose-points.js';
import type { Sample } from '../../data/sample.js';
import { type Affine, compose, invert, mapPoints } from '../../image/affine.js';
import { cropMap, toUnit } from '../../image/crop.js';
import { inputPlanes, normalisePlanes } from '../../image/input.js';
import type { Random } from '../../random.js';
import { type AugmentSettings, augmentPixels, drawGeometry, swapPartners } from '../augment/index.js';
import type { Recipe } from '../recipe.js';
import type { LoadedPicture } from './pictures.js';

/** What the network is fed for one sample. */
export interface Prepared {
  /** Normalised planes, [channels, height, width]. */
  readonly image: Float32Array;
  /** (x, y) pairs in the crop's unit square, not clipped to it, [2·points]. */
  readonly target: Float32Array;
  /** From input pixels to those of the picture's file. */
  readonly map: Affine;
}

export type Face = Pick<Sample, 'box' | 'points'>;
type Settings = Pick<Recipe, 'input' | 'data'>;

/** {@link prepare} after a change of looks drawn from `random`: the same stream, the same sample. */
export async function prepareAugmented(
  { picture, toFile, size }: LoadedPicture,
  face: Face,
  settings: Settings & { readonly augment: AugmentSettings; readonly mirror: readonly number[] },
  random: Random,
): Promise<Prepared> {
  const { input, augment, mirror } = settings;
  const { map, mirrored } = drawGeometry(augment, cropMap(input.crop, size, face.box, input), input, random);
  const image = inputPlanes(picture, compose(invert(toFile), map), input);
  await augmentPixels(image, input, augment, random);
  const points = mirrored && face.points ? swapPartners(face.points, mirror) : face.points;
  const target = targetOf(points ? { ...face, points } : face, map, settings);
  return { image: normalisePlanes(image, input), target, map };
}

/** Crops, scales and normalises a picture, and its points with it. Points that leave the crop keep their true place. */
export function prepare({ picture, toFile, size }: LoadedPicture, face: Face, settings: Settings): Prepared {
  const { input } = settings;
  const map = cropMap(input.crop, size, face.box, input);
  const image = normalisePlanes(inputPlanes(picture, compose(invert(toFile), map), input), input);
  return { image, target: targetOf(face, map, settings), map };
}

/** The points to learn in the crop's unit square, [2·points]; `map` is from input pixels to those of the picture's file. */
export function targetOf(face: Face, map: Affine, { input, data }: Settings): Float32Array {
  const chosen = choosePoints(face.points ?? new Float32Array(0), data.points);
  return toUnit(mapPoints(invert(map), chosen), input);
}
