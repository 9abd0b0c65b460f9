import type { Value } from '../graph.js';
import { add } from '../ops/arithmetic.js';
import { geometryOf } from '../ops/conv.js';
import { reshape } from '../ops/shape.js';
import type { Substitute } from './accelerate.js';
import { winogradConv, winogradWeightGradient } from './winograd-conv.js';
import type { TileSize } from './winograd-matrices.js';

/**
 * Below so many channels the transformations of tiles, which grow with in + out, cost more than is saved of the products,
 * which grow with in · out.
 */
const fewestChannels = 96;

/** Tiles of 4 need fewer products, unless too many of them stand over the edge of a small picture. */
function tileFor(extent: readonly number[]): TileSize {
  const share = (tile: number) =>
    extent.reduce((product, length) => (product * Math.ceil(length / tile) * tile) / length, 1);
  return share(4) / 4 < share(2) / 2.25 / 1.3 ? 4 : 2;
}

/** Convolutions of 3×3 and stride 1 between many channels by Winograd's method. */
export const fastConv: Substitute = ({ attributes, outputs }, inputs) => {
  const [x, weight, bias] = inputs as [Value, Value, Value | undefined];
  const { kernel, stride, dilation, groups, padBefore, padAfter } = geometryOf(attributes, weight.shape.slice(2));
  const [out, channels] = weight.shape as [number, number];
  const suits =
    [...kernel].every((length) => length === 3) &&
    [...stride, ...dilation, groups].every((step) => step === 1) &&
    [...padBefore, ...padAfter].every((by) => by <= 2) &&
    Math.min(out, channels) >= fewestChannels;
  if (!suits) return undefined;
  const extent = outputs[0]!.shape.slice(2) as [number, number];
  const tile = tileFor(extent);
  const straight = winogradConv(x, weight, { pad: padBefore, extent, tile });
  straight.graph.detours.set(straight, {
    inputs: [x, weight],
    gradient: (dy, [wantX, wantWeight]) => [
      wantX ? inputGradient(x, weight, padBefore, dy) : undefined,
      wantWeight ? winogradWeightGradient(x, dy, padBefore, tile) : undefined,
    ],
  });
  return [bias ? add(straight, reshape(bias, [out, 1, 1])) : straight];
};

function inputGradient(x: Value, weight: Value, pad: readonly [number, number], dy: Value): Value {
  const extent = x.shape.slice(2) as [number, number];
  return winogradConv(dy, weight, { pad: [2 - pad[0], 2 - pad[1]], extent, tile: tileFor(extent), turned: true });
}
