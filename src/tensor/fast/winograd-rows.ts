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

/** How {@link convolveRows} looks at picture and weight. */
interface RowConvolution {
  /** Rows of zeros above the picture; as many stand below as the windows reach. */
  readonly top: number;
  /** The weight is [in, out, kh, kw], and each kernel turned by 180°. */
  readonly turned?: boolean;
  /** Even and odd columns of the outputs apart, as twice as many blocks. */
  readonly columnsApart?: boolean;
  /** Columns of zeros left and right of the picture, which takes longer than where they are part of it. */
  readonly sides?: readonly [number, number];
}

/**
 * The rows of outputs of a convolution of x [n, in, h, w], blocked, of stride 1, with a weight in the usual layout.
 * @returns rows of one block each, [n, rows · blocks of outputs, w' · block]; {@link pickRows} makes a picture of them
 */
export function convolveRows(
  x: Value,
  weight: Value,
  windows: Windows,
  { top, turned = false, columnsApart = false, sides: [left, right] = [0, 0] }: RowConvolution,
  block: number,
): Value {
  const { count, rows, products, scheme } = windows;
  const [n] = x.shape as [number];
  const kernels = rowKernels(weight, scheme, { turned, columnsApart }, block);
  const geometry = geometryOf(
    { group: products, strides: [1, columnsApart ? 2 : 1], pads: [0, left, 0, right] },
    kernels.shape.slice(2),
  );
  const product = convolve(inputRows(x, windows, top, block), kernels, undefined, geometry);
  const [, channels, , wide] = product.shape as [number, number, number, number];
  const out = channels / products;
  const outputs = matmul(matrixOf(x, transposedMatrix(scheme.a)), reshape(product, [n, count, products, out * wide]));
  return reshape(outputs, [n, (count * rows * out) / block, wide * block]);
}

/** What the products need of a weight, as weights in blocks of one group a product: [products · out, in, 1, kw]. */
function rowKernels(
  weight: Value,
  { g }: Scheme,
  { turned, columnsApart }: Pick<RowConvolution, 'turned' | 'columnsApart'>,
  block: number,
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

/** What the products need of x [n, in, h, w], blocked: [n · windows, products · in, 1, w]. */
function inputRows(x: Value, { count, rows, products, scheme }: Windows, top: number, block: number): Value {
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  const blocks = range(channels / block);
  const reached = range(count).map((window) => range(products).map((row) => window * rows + row - top));
  const isInside = (row: number) => row >= 0 && row < h;
  const indices = reached.flat().flatMap((row) => blocks.map((i) => i * h + Math.max(0, Math.min(h - 1, row))));
  const seen = gather(reshape(x, [n, blocks.length * h, w * block]), integers(x.graph, indices), 1);
  // Rows beyond the picture count as zeros, whatever was taken for them.
  const matrix = reached.flat().every(isInside)
    ? matrixOf(x, scheme.b)
    : constant(
        x.graph,
        Float32Array.from(
          reached.flatMap((of) => scheme.b.flatMap((row) => row.map((by, i) => (isInside(of[i]!) ? by : 0)))),
        ),
        [count, products, products],
      );
  const mapped = matmul(matrix, reshape(seen, [n, count, products, channels * w]));
  return reshape(mapped, [n * count, products * channels, 1, w]);
}

/** The picture [n, blocks · block, rows, w], blocked, of these rows and these blocks of what {@link convolveRows} gives. */
export function pickRows(
  lines: Value,
  of: number,
  { rows, blocks }: { rows: readonly number[]; blocks: readonly number[] },
  block: number,
): Value {
  const [n, , length] = lines.shape as [number, number, number];
  const indices = blocks.flatMap((i) => rows.map((row) => row * of + i));
  const picked = gather(lines, integers(lines.graph, indices), 1);
  return reshape(picked, [n, blocks.length * block, rows.length, length / block]);
}

export const range = (length: number) => Array.from({ length }, (_, i) => i);
export const transposedMatrix = (matrix: Matrix): Matrix => matrix[0]!.map((_, i) => matrix.map((row) => row[i]!));
export const matrixOf = ({ graph }: Value, matrix: Matrix) =>
  constant(graph, Float32Array.from(matrix.flat()), [matrix.length, matrix[0]!.length]);
