import { intsOf } from '../attributes.js';
import type { Node, Value } from '../graph.js';
import { scalar } from '../graph.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import type { ConvGeometry } from '../ops/conv.js';
import { geometryOf, inputGradient, slidingExtent, turned, turnedGeometry } from '../ops/conv.js';
import { padFor } from '../ops/conv-weight-gradient.js';
import { max } from '../ops/extreme.js';
import { concat, pad, reshape, slice } from '../ops/shape.js';
import { heaviside } from '../ops/sigmoid.js';
import { sizeOf } from '../types.js';
import type { Substitute } from './accelerate.js';
import {
  blockedWeight,
  convolve,
  convolveAndRectify,
  fills,
  fromBlocked,
  passes,
  readable,
  rectify,
  sumOfPixels,
  toBlocked,
  toReadable,
} from './blocked.js';
import { blockedWeightGradient } from './blocked-weight-gradient.js';
import { fewestChannels, suitsTiles } from './fast-conv.js';
import { weightGradientByRows, windowsForGradient } from './row-weight-gradient.js';
import { convolveRows, linesOf, pickRows, range, rowKernels, type Windows, windowsFor } from './winograd-rows.js';

/** Rows and columns of a 2×2 window's pixels, in the order in which equal ones take precedence. */
const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/**
 * A convolution of stride 1, Relu and max pooling of 2×2 windows side by side, in one: the windows' first pixels are a
 * convolution of stride 2, so are the second, third and fourth ones, and their element-wise maximum is the pooled
 * picture. That spares the pooling with its indices, and pixels that no window covers. In the blocked layout.
 */
export const pooledConv =
  (block: number | undefined): Substitute =>
  (pool, [rectified]) => {
    const found = convBefore(pool, rectified!);
    if (!block || !found) return undefined;
    const { inputs, geometry } = found;
    const [x, weight, bias] = inputs;
    const [n, channels] = x.shape as [number, number];
    const suits = fills(weight.shape[0]!, block) && readable(channels, block) && readable(n, block);
    if (!suits || suitsTiles(weight, geometry, fewestChannels.weightGradient)) return undefined;

    const extent = [0, 1].map((axis) => slidingExtent(x.shape[2 + axis]!, axis as 0 | 1, geometry) >> 1);
    const { pixels, largest, rectified: pooled } = pixelsOf(x, weight, bias, geometry, extent, block);
    const y = fromBlocked(pooled);
    y.graph.detours.set(y, {
      inputs,
      gradient: (dy, [wantX, wantWeight, wantBias]) => {
        const passed = mul(toBlocked(dy), heaviside(pooled));
        const left = leftFrom(passed, largest, pixels);
        const parts = wantX ? left.map((rest, i) => (left[i + 1] ? sub(rest, left[i + 1]!) : rest)) : [];
        const byWeight = () =>
          wantX ? gradientByColumns(x, parts, geometry, block) : gradientByCorners(x, left, geometry, block);
        return [
          wantX ? gradientToInput(x, weight, parts, geometry, block) : undefined,
          wantWeight ? byWeight() : undefined,
          wantBias ? sumOfPixels(passed) : undefined,
        ];
      },
    });
    return [y];
  };

interface Pixels {
  /** Each window's four, blocked. */
  readonly pixels: readonly Value[];
  readonly largest: Value;
  readonly rectified: Value;
}

function pixelsOf(
  x: Value,
  weight: Value,
  bias: Value | undefined,
  geometry: ConvGeometry,
  extent: readonly number[],
  block: number,
): Pixels {
  const suits = fills(x.shape[1]!, block) && geometry.dilation.every((by) => by === 1);
  const windows = suits && windowsFor(weight.shape, 2 * extent[0]!, 4 * x.shape[0]! * sizeOf(extent));
  if (windows) {
    const pixels = pixelsByRows(x, weight, windows, geometry, extent, block);
    const largest = pixels.reduce((a, b) => max(a, b));
    return { pixels, largest, rectified: rectify(largest, bias) };
  }
  const blocks = blockedWeight(weight, block);
  const picture = toReadable(x, block);
  const pixels = corners.map((corner) => {
    const seen = cut(picture, extent, atCorner(geometry, corner), block);
    return convolveAndRectify(seen, blocks, bias, {
      ...atCorner(geometry, corner),
      padBefore: [0, 0],
      padAfter: [0, 0],
    });
  });
  const largest = pixels.reduce((a, b) => max(a, b));
  return { pixels, largest, rectified: largest };
}

/** The windows' pixels, neither with the bias nor rectified, even and odd columns as two blocks of outputs. */
function pixelsByRows(
  x: Value,
  weight: Value,
  windows: Windows,
  geometry: ConvGeometry,
  [h, w]: readonly number[],
  block: number,
): Value[] {
  const blocks = weight.shape[0]! / block;
  const [top, left] = geometry.padBefore;
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const right = Math.max(0, 2 * w! + geometry.kernel[1] - 1 - left - width);
  const columns = reshape(toBlocked(x), [(n * channels * height) / block, width, block]);
  const seen = reshape(pad(columns, [0, left, 0], [0, right, 0]), [n, channels, height, left + width + right]);
  const kernels = rowKernels(weight, windows, block, { columnsApart: true });
  const lines = convolveRows(linesOf(seen, block), kernels, windows, { top, columnsApart: true });
  return corners.map(([row, column]) => {
    const wanted = {
      rows: range(h!).map((i) => 2 * i + row),
      blocks: range(blocks).map((i) => column * blocks + i),
    };
    return pickRows(lines, wanted);
  });
}

/** The convolution of one group and stride 1 that this pooling of side by side 2×2 windows pools, rectified. */
function convBefore(pool: Node, rectified: Value) {
  const { kernel, stride, padBefore, padAfter, dilation } = geometryOf(
    pool.attributes,
    intsOf(pool.attributes, 'kernel_shape', []),
  );
  const plain = [...kernel, ...stride].every((extent) => extent === 2) && [...dilation].every((by) => by === 1);
  const conv = pool.inputs[0]!.producer?.inputs[0]?.producer;
  const { producer, graph } = rectified;
  if (!plain || [...padBefore, ...padAfter].some((by) => by > 0) || pool.attributes.ceil_mode) return undefined;
  if (producer?.operator !== 'Relu' || conv?.operator !== 'Conv') return undefined;
  const inputs = graph.detours.get(producer.inputs[0]!)?.inputs as [Value, Value, Value | undefined] | undefined;
  const geometry = geometryOf(conv.attributes, inputs?.[1].shape.slice(2) ?? []);
  // Also where a row or column is left out the gradient to x is the turned convolution.
  return inputs && turnedGeometry(geometry, inputs[0].shape, producer.inputs[0]!.shape)
    ? { inputs, geometry }
    : undefined;
}

/** The convolution of stride 2 that gives this pixel of each window. */
function atCorner(geometry: ConvGeometry, corner: readonly [number, number]): ConvGeometry {
  const [top, left] = geometry.padBefore;
  return { ...geometry, stride: [2, 2], padBefore: [top - corner[0], left - corner[1]] };
}

/** What a convolution sees of x, which is blocked where its channels fill blocks, for an output of this extent. */
function cut(x: Value, extent: readonly number[], geometry: ConvGeometry, block: number): Value {
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  if (!fills(channels, block)) return padFor(x, extent, geometry);
  const seen = padFor(reshape(x, [n, channels / block, h, w, block]), extent, geometry);
  return reshape(seen, [n, channels, ...seen.shape.slice(2, 4)]);
}

/** The gradient to x, from those to the four pixels of each window. */
function gradientToInput(
  x: Value,
  weight: Value,
  parts: readonly Value[],
  geometry: ConvGeometry,
  block: number,
): Value {
  const extent = parts[0]!.shape.slice(2).map((length) => 2 * length);
  const back = turnedGeometry(geometry, x.shape, [...parts[0]!.shape.slice(0, 2), ...extent])!;
  if (!fills(x.shape[1]!, block)) return inputGradient(x, weight, fromBlocked(interleaved(parts, block)), geometry);
  // The convolution takes pixels whose windows stand over the left or right edge one by one, so there are none.
  const [top, left] = back.padBefore;
  const [bottom, right] = back.padAfter;
  const wide = interleaved(parts, block, [left, right]);
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  const suits = back.dilation.every((by) => by === 1);
  const windows = suits && windowsFor([channels, weight.shape[0]!, ...back.kernel], h, n * h * w);
  if (windows) {
    const kernels = rowKernels(weight, windows, block, { turned: true });
    const lines = convolveRows(linesOf(wide, block), kernels, windows, { top });
    return fromBlocked(pickRows(lines, { rows: range(h) }));
  }
  const inside: ConvGeometry = { ...back, padBefore: [top, 0], padAfter: [bottom, 0] };
  return fromBlocked(convolve(wide, blockedWeight(turned(weight), block), undefined, inside));
}

/**
 * What of the gradient to each window's largest is left for its first pixel and those after it, for its second and those
 * after it, and so on: the first of equal ones takes all. The gradients to the pixels are the differences of these.
 */
function leftFrom(passed: Value, largest: Value, pixels: readonly Value[]): Value[] {
  const left = [passed];
  for (const pixel of pixels.slice(0, -1)) left.push(mul(left.at(-1)!, heaviside(sub(largest, pixel))));
  return left;
}

/**
 * The gradient to the weight, from those to the four pixels of each window. Where the outputs are one block or two, even and
 * odd columns stand for twice as many: a convolution that makes up to four blocks at once takes less time, though it makes
 * a column more, of which each needs its own part.
 */
function gradientByColumns(x: Value, parts: readonly Value[], geometry: ConvGeometry, block: number): Value {
  const out = parts[0]!.shape[1]!;
  const [kh, kw] = geometry.kernel;
  if (out > 2 * block || passes(kw + 1) > passes(kw) || geometry.dilation[1] !== 1) {
    return blockedWeightGradient(x, interleaved(parts, block), geometry, block);
  }
  const wider: ConvGeometry = { ...geometry, kernel: [kh, kw + 1], stride: [1, 2] };
  const gradient = gradientToBothColumns(x, parts, wider, block);
  const [even, odd] = [0, 1].map((i) =>
    slice(gradient, [
      { axis: 0, start: i * out, end: (i + 1) * out },
      { axis: 3, start: i, end: i + kw },
    ]),
  );
  return add(even!, odd!);
}

/** The gradient to a weight that gives even and odd columns as twice as many outputs, and maybe columns more than its own. */
function gradientToBothColumns(x: Value, parts: readonly Value[], geometry: ConvGeometry, block: number): Value {
  const [n, out, h, w] = parts[0]!.shape as [number, number, number, number];
  const blocks = out / block;
  const shape = [n, 2 * out, 2 * h, w] as const;
  const windows = windowsForGradient(x, shape, geometry, block);
  if (windows) {
    const pieces = parts.map((part) => reshape(part, [n, out * h * w])) as [Value, ...Value[]];
    const lineOf = (i: number, row: number) => {
      const part = 2 * (row % 2) + Math.floor(i / blocks);
      return (part * blocks + (i % blocks)) * h + (row >> 1);
    };
    return weightGradientByRows(x, { pieces, shape, lineOf }, windows, geometry, block);
  }
  const rows = parts.map((part) => reshape(part, [n * blocks * h, w * block]));
  const columns = [0, 1].map((i) => reshape(concat([rows[i]!, rows[2 + i]!], 1), [n, 2 * out * h * w]));
  return blockedWeightGradient(x, reshape(concat(columns as [Value, Value], 1), shape), geometry, block);
}

/**
 * The gradient to the weight, without those to the pixels: Σ xᵢ · (leftᵢ - leftᵢ₊₁) = Σ (xᵢ - xᵢ₋₁) · leftᵢ, where xᵢ is what
 * corner i sees, and smaller than the gradients.
 */
function gradientByCorners(x: Value, left: readonly Value[], geometry: ConvGeometry, block: number): Value {
  const extent = left[0]!.shape.slice(2);
  const seen = corners.map((corner) => padFor(x, extent, atCorner(geometry, corner)));
  const inside: ConvGeometry = { ...geometry, stride: [2, 2], padBefore: [0, 0] };
  return left
    .map((rest, i) => blockedWeightGradient(i > 0 ? sub(seen[i]!, seen[i - 1]!) : seen[0]!, rest, inside, block))
    .reduce((a, b) => add(a, b));
}

type Margins = readonly [number, number];

/** The blocked picture that has these as its windows' four pixels, and so many columns of zeros before and after. */
function interleaved(parts: readonly Value[], block: number, [before, after]: Margins = [0, 0]): Value {
  const [n, channels, h, w] = parts[0]!.shape as [number, number, number, number];
  const rows = (n * channels * h) / block;
  const pixels = parts.map((part) => reshape(part, [rows * w, 1, block]));
  const margin = (columns: number) => (columns > 0 ? [scalar(parts[0]!.graph, 0, [rows, columns * block])] : []);
  const lines = [pixels.slice(0, 2), pixels.slice(2)].flatMap((pair) => [
    ...margin(before),
    reshape(concat(pair as [Value, Value], 1), [rows, 2 * w * block]),
    ...margin(after),
  ]);
  return reshape(concat(lines as [Value, ...Value[]], 1), [n, channels, 2 * h, before + 2 * w + after]);
}
