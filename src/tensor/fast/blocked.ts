import type { Value } from '../graph.js';
import { apply, defineOperator, operatorNamed } from '../operator.js';
import { add, scale } from '../ops/arithmetic.js';
import { type ChannelMap, channelMap, hasFixedStatistics } from '../ops/batch-norm.js';
import type { ConvGeometry } from '../ops/conv.js';
import { attributesOf, geometryOf } from '../ops/conv.js';
import { padFor } from '../ops/conv-weight-gradient.js';
import { reduceSum } from '../ops/reduce.js';
import { reshape, transpose } from '../ops/shape.js';
import { sameShape, sizeOf } from '../types.js';

/**
 * ONNX Runtime's convolution in the blocked layout: `block` channels lie side by side, as many as a vector of the CPU
 * holds, [n, channels / block, h, w, block]. Shapes are written as if the layout were the usual one. Weights are
 * [out / block, in / block, kh, kw, block of in, block of out].
 */
const domain = 'com.microsoft.nchwc';

defineOperator('ReorderInput', { infer: ([x]) => [x!] }, domain);
defineOperator('ReorderOutput', { infer: ([x]) => [x!] }, domain);
for (const name of ['Conv', 'AveragePool']) {
  defineOperator(name, { infer: (...args) => operatorNamed(name).infer(...args) }, domain);
}

/**
 * x [n, c, h, w] in the blocked layout. What was computed from blocked pictures, element by element or with a factor and a
 * shift a channel, is computed in blocks instead.
 */
export const toBlocked = (x: Value): Value => inBlocks(x) ?? apply('ReorderInput', [x], {}, domain);

/** The same x computed from blocked pictures alone; undefined where it is not. */
function inBlocks({ producer, shape }: Value): Value | undefined {
  if (producer?.operator === 'ReorderOutput') return producer.inputs[0];
  if (producer?.operator === 'Add' && producer.inputs.every((part) => sameShape(part!.shape, shape))) {
    const [a, b] = producer.inputs.map((part) => inBlocks(part!));
    return a && b && add(a, b);
  }
  if (producer && hasFixedStatistics(producer)) {
    const x = inBlocks(producer.inputs[0]!);
    return x && mapChannels(x, channelMap(producer));
  }
  return undefined;
}

/** x · factor + shift with one factor and shift a channel, in blocks: a convolution of each channel by itself. */
function mapChannels(x: Value, { factor, shift }: ChannelMap): Value {
  const [channels] = factor.shape as [number];
  return convolve(x, reshape(factor, [channels, 1, 1, 1]), shift, geometryOf({ group: channels }, [1, 1]));
}

/** The same in the usual layout. */
export const fromBlocked = (x: Value): Value => apply('ReorderOutput', [x], { channels: x.shape[1]! }, domain);

/** Whether that many channels fill blocks. */
export const fills = (channels: number, block: number): boolean => channels % block === 0;
/** Whether that many channels can be read: fewer than a block are read in the usual layout. */
export const readable = (channels: number, block: number): boolean => fills(channels, block) || channels < block;
/** x as a convolution of blocks reads it: blocked, unless its channels are too few. */
export const toReadable = (x: Value, block: number): Value => (fills(x.shape[1]!, block) ? toBlocked(x) : x);

/** A convolution of one group in the blocked layout; x, weight and result are in the usual one. */
export function blockedConv(
  x: Value,
  weight: Value,
  bias: Value | undefined,
  geometry: ConvGeometry,
  block: number,
): Value {
  return fromBlocked(convolve(toReadable(x, block), blockedWeight(weight, block), bias, geometry));
}

/** A convolution of one group of x as {@link toReadable} gives it, by weights in blocks; the result is blocked. */
export const convolve = (x: Value, blocks: Value, bias: Value | undefined, geometry: ConvGeometry): Value =>
  apply('Conv', [x, blocks, bias], attributesOf(geometry), domain);
/** The same, rectified, which costs nothing then. */
export const convolveAndRectify: typeof convolve = (x, blocks, bias, geometry) =>
  apply('Conv', [x, blocks, bias], { ...attributesOf(geometry), activation: 'Relu' }, domain);

/**
 * The sum of each channel of x [n, c, h, w], blocked: [c]. By a pooling that takes a fifth of ReduceSum's time; its window,
 * beyond the picture zeros, has a power of two for its count, by which numbers are divided and multiplied exactly.
 */
export function sumOfPixels(x: Value): Value {
  const [n, channels, ...extent] = x.shape as [number, number, number, number];
  const window = extent.map((length) => 2 ** Math.ceil(Math.log2(length)));
  const pads = [0, 0, ...window.map((length, axis) => length - extent[axis]!)];
  const means = apply('AveragePool', [x], { kernel_shape: window, pads, count_include_pad: 1 }, domain);
  return scale(reduceSum(reshape(means, [n, channels]), [0]), sizeOf(window));
}

/** The weight of a convolution in blocks, from the usual layout. */
export function blockedWeight(weight: Value, block: number): Value {
  const [out, channels, kh, kw] = weight.shape as [number, number, number, number];
  const taps = kh * kw;
  let blocks = toBlocked(reshape(weight, [1, out, channels * taps, 1]));
  if (fills(channels, block)) {
    const split = reshape(blocks, [out / block, channels / block, block, taps, block]);
    blocks = transpose(split, [0, 1, 3, 2, 4]);
  }
  return reshape(blocks, weight.shape);
}

/**
 * The gradient of a convolution of one group to its weight [out, in, kh, kw], as a convolution that takes channels for
 * pictures, pictures for channels and dy for the kernel: strides and dilations change places.
 * @param dy the gradient of its result, blocked
 */
export function blockedWeightGradient(x: Value, dy: Value, geometry: ConvGeometry, block: number): Value {
  const { stride, dilation } = geometry;
  const [n, out, ho, wo] = dy.shape as [number, number, number, number];
  const pixels = ho * wo;
  const blocks = fills(n, block)
    ? reshape(picturesInside(dy, block), [n / block, out / block, pixels * block * block])
    : reshape(dy, [n, out / block, pixels * block]);
  // Padded (or cut) beforehand, for the kernel of the convolution is slow at edges, and here all is edge.
  const picture = picturesForChannels(padFor(x, [ho, wo], geometry), block);
  const swapped: ConvGeometry = {
    kernel: [ho, wo],
    stride: dilation,
    dilation: stride,
    padBefore: [0, 0],
    padAfter: [0, 0],
    groups: 1,
  };
  const kernels = reshape(swapOuter(blocks), [out, n, ho, wo]);
  return transpose(fromBlocked(convolve(picture, kernels, undefined, swapped)), [1, 0, 2, 3]);
}

/**
 * Blocks of x [n, c, h, w], blocked, such that those of `block` pictures lie side by side: [n / block, c / block, h, w, block of
 * pictures, block of channels]. The runtime's reordering of a picture whose channels come last does that, if each of our
 * pictures is a pixel to it; a Transpose takes two to six times as long.
 */
function picturesInside(x: Value, block: number): Value {
  const [n] = x.shape as [number];
  const elements = sizeOf(x.shape) / n;
  const pixels = reshape(x, [n / block, block, 1, elements]);
  return apply('ReorderInput', [pixels], { channels_last: 1 }, domain);
}

/** x [n, c, h, w] → [c, n, h, w] as a convolution of blocks reads it. */
function picturesForChannels(x: Value, block: number): Value {
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  if (!fills(n, block)) return transpose(x, [1, 0, 2, 3]);
  // Pictures for channels, and ours, one below the other, for one picture.
  const blocks = toBlocked(reshape(x, [n / block, block, channels * h, w]));
  return reshape(swapOuter(reshape(blocks, [n / block, channels, h * w * block])), [channels, n, h, w]);
}

/** [a, b, c] → [b, a, c], where there is anything to move. */
function swapOuter(x: Value): Value {
  const [a, b, c] = x.shape as [number, number, number];
  return a > 1 && b > 1 ? transpose(x, [1, 0, 2]) : reshape(x, [b, a, c]);
}
