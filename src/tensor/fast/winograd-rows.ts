import type { Value } from '../graph.js';
import { constant, integers, scalar } from '../graph.js';
import { geometryOf } from '../ops/conv.js';
import { gather } from '../ops/gather.js';
import { matmul } from '../ops/matmul.js';
import { concat, reshape, transpose } from '../ops/shape.js';
import { convolve } from './blocked.js';
import { balanced, type Matrix, type Scheme, schemeOf } from './toom-cook.js';

/**
 * Winograd's method along the height alone, for tall kernels in the blocked layout: so many rows of outputs take `products`
 * convolutions of a row, 1×kw, where they would take rows · kh. Rows and blocks stay whole, so that what the method makes
 * of them is copied and multiplied in long pieces.
 */
export interface Windows {
  /** Rows of outputs of each. */
  readonly rows: number;
  /** Products of each, and rows of inputs. */
  readonly products: number;
  /** How many windows, one below the other, hold all rows of outputs. */
  readonly count: number;
  readonly scheme: Scheme;
}

/**
 * By number of products, the points with the least error of those tried (up to 4, multiples of 1/8 or 1/3): that of a plain
 * convolution 2 to 4, 4 to 8 and 9 to 20 times.
 */
const pointsFor: Readonly<Record<number, readonly number[]>> = {
  8: [1 / 2, 1, 2],
  10: [3 / 8, 7 / 8, 5 / 4, 5 / 2],
  12: [1 / 3, 2 / 3, 1, 3 / 2, 3],
};

/**
 * What the method costs, in multiplications: for each number that is read or written in windows, and on the whole, for its
 * further operators. Below, nothing was gained.
 */
const cost = { moving: 50, operators: 4e7 };

/**
 * The windows with the fewest products for so many rows of outputs of a convolution of stride 1 with a weight of this shape
 * [out, in, kh, kw]; undefined where the method does not pay.
 * @param pixels how many outputs a channel has in all
 */
export function windowsFor(
  [out, channels, kh, kw]: readonly number[],
  extent: number,
  pixels: number,
): Windows | undefined {
  const choices = Object.entries(pointsFor).map(([key, points]) => {
    const products = Number(key);
    const rows = products + 1 - kh!;
    const scheme = () => balanced(schemeOf([0, ...points.flatMap((x) => [x, -x])], kh!));
    return { rows, products, count: Math.ceil(extent / rows), scheme };
  });
  const fewest = choices
    // With three taps 12 products round more still, 23 times a plain convolution's error.
    .filter(({ rows, products }) => kh! >= 3 && kh! % 2 === 1 && rows > 0 && (kh! > 3 || products <= 10))
    .sort((a, b) => a.count * a.products - b.count * b.products)[0];
  if (!fewest) return undefined;
  const perRow = (fewest.count * fewest.products) / extent;
  const spared = out! * channels! * kw! * (kh! - perRow);
  const moved = (out! + channels!) * perRow;
  return pixels * (spared - cost.moving * moved) > cost.operators ? { ...fewest, scheme: fewest.scheme() } : undefined;
}

/** A picture, blocked, in lines of one row of one block. */
export interface Lines {
  /** [n, lines, w · block] */
  readonly value: Value;
  readonly block: number;
  readonly blocks: number;
  readonly height: number;
  /** Which line is this row of this block. */
  readonly lineOf: (block: number, row: number) => number;
}

/** A picture [n, c, h, w], blocked: a block's rows lie one below the other. */
export function linesOf(picture: Value, block: number): Lines {
  const [, channels, height, w] = picture.shape as [number, number, number, number];
  const blocks = channels / block;
  const value = reshape(picture, [-1, blocks * height, w * block]);
  return { value, block, blocks, height, lineOf: (i, row) => i * height + row };
}

/** How {@link rowKernels} looks at a weight. */
interface RowKernels {
  /** The weight is [in, out, kh, kw], and each kernel turned by 180°. */
  readonly turned?: boolean;
  /** Even and odd columns of the outputs apart, as twice as many blocks. */
  readonly columnsApart?: boolean;
}

/** How {@link convolveRows} looks at a picture. */
interface RowConvolution {
  /** Rows of zeros above the picture; as many stand below as the windows reach. */
  readonly top: number;
  /** As it is in the kernels. */
  readonly columnsApart?: boolean;
  /** Columns of zeros left and right of the picture, which takes longer than where they are part of it. */
  readonly sides?: readonly [number, number];
  /** What is added to each channel of the outputs, where their columns are together. */
  readonly bias?: Value | undefined;
}

/**
 * A convolution of x, of stride 1, with kernels from {@link rowKernels}. No shape in it depends on n.
 * @returns a row's blocks one below the other, and as many rows as the windows have; {@link pickRows} makes a picture of them
 */
export function convolveRows(
  x: Lines,
  kernels: Value,
  windows: Windows,
  { top, columnsApart = false, sides: [left, right] = [0, 0], bias }: RowConvolution,
): Lines {
  const { block } = x;
  const { count, rows, products, scheme } = windows;
  const geometry = geometryOf(
    { group: products, strides: [1, columnsApart ? 2 : 1], pads: [0, left, 0, right] },
    kernels.shape.slice(2),
  );
  const product = convolve(inputRows(x, windows, top), kernels, bias && rowBias(bias, scheme), geometry);
  const [, channels, , wide] = product.shape as [number, number, number, number];
  const out = channels / products;
  const perWindow = reshape(product, [-1, count, products, out * wide]);
  const outputs = matmul(matrixOf(kernels, transposedMatrix(scheme.a)), perWindow);
  const [blocks, height] = [out / block, count * rows];
  const value = reshape(outputs, [-1, height * blocks, wide * block]);
  return { value, block, blocks, height, lineOf: (i, row) => row * blocks + i };
}

/** What to add to the products for a bias [out]: what a kernel with it for its only tap makes of ones. */
function rowBias(bias: Value, { b, g }: Scheme): Value {
  const perProduct = b.map((row, i) => [row.reduce((total, element) => total + element, 0) * g[i]![0]!]);
  const [out] = bias.shape as [number];
  return reshape(matmul(matrixOf(bias, perProduct), reshape(bias, [1, out])), [b.length * out]);
}

/**
 * What the products need of a weight in the usual layout, as weights in blocks of one group a product:
 * [products · out, in, 1, kw].
 */
export function rowKernels(
  weight: Value,
  { scheme: { g } }: Windows,
  block: number,
  { turned = false, columnsApart = false }: RowKernels = {},
): Value {
  const [first, second, kh, kw] = weight.shape as [number, number, number, number];
  const [out, channels] = turned ? [second, first] : [first, second];
  const [outs, ins] = [out / block, channels / block];
  const taps = kh * kw;
  // Lines of one block of outputs; what stands before it in the weight's order comes first.
  const split = reshape(weight, turned ? [first * second, taps] : [first, second * taps]);
  const lines = reshape(transpose(split, [1, 0]), [taps * channels * outs, block]);
  const lineOf = (tap: number, channel: number, i: number) =>
    turned ? ((taps - 1 - tap) * channels + channel) * outs + i : (channel * taps + tap) * outs + i;
  const zero = columnsApart ? [scalar(weight.graph, 0, [1, block])] : [];
  const wide = kw + zero.length;
  const indices = range(kh).flatMap((row) =>
    range(1 + zero.length).flatMap((shift) =>
      range(outs).flatMap((i) =>
        range(ins).flatMap((j) =>
          range(wide).flatMap((column) => {
            const inside = column >= shift && column - shift < kw;
            const tap = row * kw + column - shift;
            return range(block).map((k) => (inside ? lineOf(tap, j * block + k, i) : taps * channels * outs));
          }),
        ),
      ),
    ),
  );
  const kernels = matmul(
    matrixOf(weight, g),
    reshape(gather(concat([lines, ...zero], 0), integers(weight.graph, indices), 0), [
      kh,
      (indices.length / kh) * block,
    ]),
  );
  const groups = g.length * (1 + zero.length) * outs * block;
  return reshape(kernels, [groups, ins * block, 1, wide]);
}

/** What the products need of x: [n · windows, products · in, 1, w]. */
function inputRows(x: Lines, { count, rows, products, scheme }: Windows, top: number): Value {
  const { value, block, blocks, height: h, lineOf } = x;
  const wide = value.shape[2]!;
  const reached = range(count).map((window) => range(products).map((row) => window * rows + row - top));
  const isInside = (row: number) => row >= 0 && row < h;
  const inside = reached.flat().map((row) => Math.max(0, Math.min(h - 1, row)));
  const indices = inside.flatMap((row) => range(blocks).map((i) => lineOf(i, row)));
  const seen = gather(value, integers(value.graph, indices), 1);
  // Rows beyond the picture count as zeros, whatever was taken for them.
  const matrix = reached.flat().every(isInside)
    ? matrixOf(value, scheme.b)
    : constant(
        value.graph,
        Float32Array.from(
          reached.flatMap((of) => scheme.b.flatMap((row) => row.map((by, i) => (isInside(of[i]!) ? by : 0)))),
        ),
        [count, products, products],
      );
  const mapped = matmul(matrix, reshape(seen, [-1, count, products, blocks * wide]));
  return reshape(mapped, [-1, products * blocks * block, 1, wide / block]);
}

/** The picture [n, blocks · block, rows, w], blocked, of these rows and blocks, by default all. */
export function pickRows(
  { value, block, lineOf, ...all }: Lines,
  {
    rows = range(all.height),
    blocks = range(all.blocks),
  }: { rows?: readonly number[]; blocks?: readonly number[] } = {},
): Value {
  const indices = blocks.flatMap((i) => rows.map((row) => lineOf(i, row)));
  const picked = gather(value, integers(value.graph, indices), 1);
  return reshape(picked, [-1, blocks.length * block, rows.length, value.shape[2]! / block]);
}

export const range = (length: number) => Array.from({ length }, (_, i) => i);
export const transposedMatrix = (matrix: Matrix): Matrix => matrix[0]!.map((_, i) => matrix.map((row) => row[i]!));
export const matrixOf = ({ graph }: Value, matrix: Matrix) =>
  constant(graph, Float32Array.from(matrix.flat()), [matrix.length, matrix[0]!.length]);
