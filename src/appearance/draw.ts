import type { Picture } from '../image/picture.js';
import type { Random } from '../random.js';
import { moved } from './alignment.js';
import { meshMap, ringVertices, shownAt, withoutEnd, withRings } from './mesh.js';
import { type AppearanceModel, placedOf } from './model.js';
import { smoothField } from './smooth-field.js';

export interface DrawnFace {
  /** Grey. */
  readonly picture: Picture;
  /** In its pixels, [2·n]. */
  readonly points: Float32Array;
}

/** The wall and its light, in standard deviations of the face's brightness. */
const wallField = { cells: 3, slope: 0.4 };

/** The light that falls on all, as a share. */
const lightField = { cells: 1, slope: 0.12 };

/** Standard deviation of the grain, in steps of brightness. */
const grain = 2;

/** The points of a face in a picture of the model's size: exact, for the picture is drawn through them. */
export function pointsOf(model: AppearanceModel, parameters: ArrayLike<number>): Float32Array {
  return Float32Array.from(moved(placing(model, parameters), shapeOf(model, parameters)));
}

/** Draws a face; `random` gives what is not the face's: the wall behind it, the light that falls on it, the grain. */
export function drawFace(model: AppearanceModel, parameters: ArrayLike<number>, random: Random): DrawnFace {
  const { picture: size, frame, triangles, vertices: there } = model;
  const { brightness, contrast } = placedOf(parameters, model.modes.length);
  const deviation = Math.exp(contrast);
  const texture = { ...frame, data: textureOf(model, parameters) };
  const mask = faceMask(model);
  const here = moved(placing(model, parameters), withRings(shapeOf(model, parameters)));
  const places = meshMap(withoutEnd({ triangles, here, there }), size);

  const wall = smoothField(random, size, wallField);
  const light = smoothField(random, size, lightField);
  // Rounds, and stays within 0 to 255.
  const data = new Uint8ClampedArray(size.width * size.height);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [places[2 * i]!, places[2 * i + 1]!];
    const behind = wall[i]! * (1 - mask[Math.round(y) * frame.width + Math.round(x)]!);
    const value = (brightness + deviation * (shownAt(texture, x, y) + behind)) * (1 + light[i]!);
    data[i] = value + grain * roughNormal(random.bits());
  }
  return { picture: { ...size, channels: 1, data: new Uint8Array(data.buffer) }, points: pointsOf(model, parameters) };
}

/** Nearly normal, mean 0 and standard deviation 1: the sum of the four bytes of 32 random bits. Cheap, for there is one a pixel. */
function roughNormal(bits: number): number {
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return (sum - 510) / Math.sqrt((4 * (256 ** 2 - 1)) / 12);
}

const shapeOf = ({ meanShape, modes }: AppearanceModel, parameters: ArrayLike<number>) =>
  combined(
    meanShape,
    modes.map(({ shape }) => shape),
    parameters,
  );

/** The texture of a face in the frame, in standard deviations of its brightness. */
export const textureOf = ({ meanTexture, modes }: AppearanceModel, parameters: ArrayLike<number>) =>
  combined(
    meanTexture,
    modes.map(({ texture }) => texture),
    parameters,
  );

function combined(mean: Float32Array, modes: readonly Float32Array[], weights: ArrayLike<number>): Float32Array {
  const sum = mean.slice();
  // Two at a time: much of the work is to read and write the sum.
  for (let k = 0; k < modes.length; k += 2) {
    const [mode, next] = [modes[k]!, modes[k + 1] ?? modes[k]!];
    const [weight, nextWeight] = [weights[k]!, k + 1 < modes.length ? weights[k + 1]! : 0];
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * mode[i]! + nextWeight * next[i]!;
  }
  return sum;
}

/** From aligned points to the picture's pixels. */
function placing({ picture, modes }: AppearanceModel, parameters: ArrayLike<number>) {
  const { size, turn, x, y } = placedOf(parameters, modes.length);
  const scale = picture.height * Math.exp(size);
  return {
    a: scale * Math.cos(turn),
    b: scale * Math.sin(turn),
    c: x * picture.width - 0.5,
    d: y * picture.height - 0.5,
  };
}

const masks = new WeakMap<AppearanceModel, Float32Array>();

/** In the frame: 1 on the head, falling smoothly to 0 at the outer ring. Made once a model. */
function faceMask(model: AppearanceModel): Float32Array {
  const known = masks.get(model);
  if (known) return known;
  const { vertices, triangles, frame } = model;
  const inside = vertices.length - ringVertices;
  const there = vertices.map((_, i) => (i < inside ? 1 : 0));
  const heights = meshMap({ triangles, here: vertices, there }, frame);
  const mask = Float32Array.from({ length: heights.length / 2 }, (_, i) => {
    const height = Math.min(1, 1.5 * (heights[2 * i]! || 0));
    return height * height * (3 - 2 * height);
  });
  masks.set(model, mask);
  return mask;
}
