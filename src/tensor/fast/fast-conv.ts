import type { Value } from '../graph.js';
import { apply } from '../operator.js';
import { add } from '../ops/arithmetic.js';
import type { ConvGeometry } from '../ops/conv.js';
import { attributesOf, geometryOf, inputGradient, slidingExtent, turned, turnedGeometry } from '../ops/conv.js';
import { weightGradient } from '../ops/conv-weight-gradient.js';
import { reduceSum } from '../ops/reduce.js';
import { reshape } from '../ops/shape.js';
import type { Substitute } from './accelerate.js';
import { blockedConv, fills, fromBlocked, readable, toBlocked } from './blocked.js';
import { blockedWeightGradient } from './blocked-weight-gradient.js';
import { winogradConv, winogradWeightGradient } from './winograd-conv.js';
import type { TileSize } from './winograd-matrices.js';
import { convolveRows, linesOf, pickRows, range, rowKernels, type Windows, windowsFor } from './winograd-rows.js';

/**
 * Below so many channels the transformations of Winograd's tiles, which grow with in + out, cost more than is saved of the
 * products, which grow with in · out. The gradient to the weight is dearer by other ways, so that it pays earlier.
 */
export const fewestChannels = { product: 96, weightGradient: 64 };

/** Up to so many channels Winograd's method along the height alone, in blocks, takes less time than by tiles. */
const mostByRows = 256;

/**
 * Convolutions of one group, and apart from them their two gradients, each the way that is fastest for its shape: 3×3
 * between many channels by Winograd's method, others in the blocked layout where the CPU has one and they fill its
 * blocks, the rest as they are.
 * @param block channels of a block of the blocked layout
 */
export const fastConv =
  (block: number | undefined): Substitute =>
  ({ attributes }, inputs) => {
    const [x, weight, bias] = inputs as [Value, Value, Value | undefined];
    const geometry = geometryOf(attributes, weight.shape.slice(2));
    return geometry.groups === 1 ? [convolved(x, weight, bias, geometry, block)] : undefined;
  };

/** The convolution of one group of x, and its gradients. */
export function convolved(
  x: Value,
  weight: Value,
  bias: Value | undefined,
  geometry: ConvGeometry,
  block: number | undefined,
): Value {
  const y = product(x, weight, bias, geometry, block);
  y.graph.detours.set(y, {
    inputs: [x, weight, bias],
    gradient: (dy, [wantX, wantWeight, wantBias]) => [
      wantX ? fastInputGradient(x, weight, dy, geometry, block) : undefined,
      wantWeight ? fastWeightGradient(x, weight, dy, geometry, block) : undefined,
      wantBias ? reduceSum(dy, [0, 2, 3]) : undefined,
    ],
  });
  return y;
}

function product(x: Value, weight: Value, bias: Value | undefined, geometry: ConvGeometry, block?: number): Value {
  const y = convByRows(x, weight, bias, geometry, false, block);
  if (y) return y;
  if (suitsTiles(weight, geometry, fewestChannels.product)) {
    const [out] = weight.shape as [number];
    const pad = geometry.padBefore;
    const extent = [0, 1].map((i) => x.shape[2 + i]! + pad[i]! + geometry.padAfter[i]! - 2) as [number, number];
    const y = winogradConv(x, weight, { pad, extent, tile: tileFor(extent) });
    return bias ? add(y, reshape(bias, [out, 1, 1])) : y;
  }
  if (suitsBlocked(weight, geometry, block)) return blockedConv(x, weight, bias, geometry, block);
  return apply('Conv', [x, weight, bias], attributesOf(geometry));
}

/** A 3×3 convolution by rows, or with `isTurned` that of the turned weight; undefined where it does not suit or pay. */
function convByRows(
  x: Value,
  weight: Value,
  bias: Value | undefined,
  geometry: ConvGeometry,
  isTurned: boolean,
  block?: number,
): Value | undefined {
  const { kernel } = geometry;
  if (!kernel.every((length) => length === 3)) return undefined;
  const out = weight.shape[isTurned ? 1 : 0]!;
  const [n, channels] = x.shape as [number, number];
  const [top, left] = geometry.padBefore;
  const [h, w] = [0, 1].map((axis) => slidingExtent(x.shape[2 + axis]!, axis as 0 | 1, geometry)) as [number, number];
  const windows = rowWindows([out, channels, ...kernel], geometry, [n, h, w], block);
  if (!windows || !block) return undefined;
  const kernels = rowKernels(weight, windows, block, { turned: isTurned });
  const way = { top, sides: [left, geometry.padAfter[1]], bias } as const;
  const lines = convolveRows(linesOf(toBlocked(x), block), kernels, windows, way);
  return fromBlocked(pickRows(lines, { rows: range(h) }));
}

function fastInputGradient(x: Value, weight: Value, dy: Value, geometry: ConvGeometry, block?: number): Value {
  const back = turnedGeometry(geometry, x.shape, dy.shape);
  const dx = back && convByRows(dy, weight, undefined, back, true, block);
  if (dx) return dx;
  if (back && suitsTiles(weight, back, fewestChannels.product)) {
    const extent = x.shape.slice(2) as [number, number];
    return winogradConv(dy, weight, { pad: back.padBefore, extent, tile: tileFor(extent), turned: true });
  }
  if (back && suitsBlocked(weight, back, block)) return blockedConv(dy, turned(weight), undefined, back, block);
  return inputGradient(x, weight, dy, geometry);
}

function fastWeightGradient(x: Value, weight: Value, dy: Value, geometry: ConvGeometry, block?: number): Value {
  const { kernel, padBefore } = geometry;
  const [n, out] = dy.shape as [number, number];
  if (suitsTiles(weight, geometry, fewestChannels.weightGradient)) {
    return winogradWeightGradient(x, dy, padBefore, tileFor(dy.shape.slice(2)));
  }
  // A 1×1 kernel needs no shifted copies of x, the matrix product does as well; so it does with a small kernel on one
  // channel, of which there are few.
  const spares = kernel[0] * kernel[1] * weight.shape[1]! > 16;
  if (block && spares && kernel[0] * kernel[1] > 1 && fills(out, block) && readable(n, block)) {
    return blockedWeightGradient(x, toBlocked(dy), geometry, block);
  }
  return weightGradient(x, dy, weight.shape, geometry);
}

/**
 * The windows in which a convolution of one group, of stride 1 and in blocks, with a weight of this shape [out, in, kh, kw] is
 * to make n pictures of h × w; undefined where that does not suit or pay.
 */
export function rowWindows(
  shape: readonly number[],
  geometry: ConvGeometry,
  [n, h, w]: readonly [n: number, h: number, w: number],
  block: number | undefined,
): Windows | undefined {
  const suits = suitsBlocked({ shape }, geometry, block) && geometry.dilation.every((by) => by === 1);
  return suits && Math.max(shape[0]!, shape[1]!) <= mostByRows ? windowsFor(shape, h, n * h * w) : undefined;
}

/** Whether a convolution of one group can go by Winograd's tiles, and has at least so many channels. */
export function suitsTiles({ shape }: Value, geometry: ConvGeometry, fewest: number): boolean {
  const { kernel, stride, dilation, padBefore, padAfter } = geometry;
  return (
    kernel.every((length) => length === 3) &&
    [...stride, ...dilation].every((step) => step === 1) &&
    [...padBefore, ...padAfter].every((by) => by <= 2) &&
    Math.min(shape[0]!, shape[1]!) >= fewest
  );
}

/** With strides the blocked layout is no faster where weights change. */
const suitsBlocked = (
  { shape }: Pick<Value, 'shape'>,
  { stride }: ConvGeometry,
  block: number | undefined,
): block is number =>
  block !== undefined && stride.every((step) => step === 1) && fills(shape[0]!, block) && fills(shape[1]!, block);

/** Tiles of 4 need fewer products, unless too many of them stand over the edge of a small picture. */
export function tileFor(extent: readonly number[]): TileSize {
  const covered = (tile: number) => extent.reduce((area, length) => area * Math.ceil(length / tile) * tile, 1);
  return covered(4) / 4 < covered(2) / 2.25 / 1.3 ? 4 : 2;
}
