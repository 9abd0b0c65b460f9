import type { Node, Value } from '../graph.js';
import { scalar } from '../graph.js';
import { apply, defineOperator, operatorNamed } from '../operator.js';
import { add, scale } from '../ops/arithmetic.js';
import { type ChannelMap, channelMap, hasFixedStatistics } from '../ops/batch-norm.js';
import type { ConvGeometry } from '../ops/conv.js';
import { attributesOf, geometryOf } from '../ops/conv.js';
import { reduceSum } from '../ops/reduce.js';
import { reshape, transpose } from '../ops/shape.js';
import { sameShape, sizeOf } from '../types.js';

/**
 * ONNX Runtime's convolution in the blocked layout: `block` channels lie side by side, as many as a vector of the CPU
 * holds, [n, channels / block, h, w, block]. Shapes are written as if the layout were the usual one. Weights are
 * [out / block, in / block, kh, kw, block of in, block of out].
 */
export const domain = 'com.microsoft.nchwc';

defineOperator('ReorderInput', { infer: ([x]) => [x!] }, domain);
defineOperator('ReorderOutput', { infer: ([x]) => [x!] }, domain);
for (const name of ['Conv', 'AveragePool', 'MaxPool', 'GlobalAveragePool']) {
  defineOperator(
    name,
    {
      infer: (...args) =>
        operatorNamed(name)
          .infer(...args)
          .slice(0, 1),
    },
    domain,
  );
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

/** How often the runtime's convolution goes over the kernel for a row of so many outputs: for six of them, three, two or one. */
export const passes = (width: number): number => Math.floor(width / 6) + [0, 1, 1, 1, 2, 2][width % 6]!;

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
/** What this convolution gives, rectified. */
export const rectified = ({ inputs, attributes }: Node): Value =>
  apply('Conv', inputs as [Value, Value], { ...attributes, activation: 'Relu' }, domain);

/** x + bias, rectified, blocked. */
export function rectify(x: Value, bias: Value | undefined): Value {
  const [, channels] = x.shape as [number, number];
  const geometry = geometryOf({ group: channels }, [1, 1]);
  return convolveAndRectify(x, scalar(x.graph, 1, [channels, 1, 1, 1]), bias, geometry);
}

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
