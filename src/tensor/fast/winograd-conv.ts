import type { Value } from '../graph.js';
import { constant } from '../graph.js';
import { apply } from '../operator.js';
import { matmul } from '../ops/matmul.js';
import { reduceSum } from '../ops/reduce.js';
import { reshape, slice, transpose } from '../ops/shape.js';
import type { TileSize, Winograd } from './winograd-matrices.js';
import { winograd } from './winograd-matrices.js';

/** Zeros before the picture, (height, width); those after follow from the output's extent. */
type Pad = readonly [number, number];

/**
 * A 3×3 convolution of stride 1 by Winograd's method, x [n, in, h, w] → [n, out, …extent]: the picture is cut into tiles
 * of tile × tile outputs, and instead of 9·tile² products an input and output channel a tile takes (tile + 2)², which
 * are (tile + 2)² matrix products over the channels.
 * @param weight [out, in, 3, 3], or with `turned` [in, out, 3, 3], whose kernels are then turned by 180°: the gradient
 *   to the input of the convolution with this weight
 */
export function winogradConv(
  x: Value,
  weight: Value,
  { pad, extent, tile, turned = false }: { pad: Pad; extent: Pad; tile: TileSize; turned?: boolean },
): Value {
  return winogradProduct(x, winogradKernels(weight, tile, turned), { pad, extent, tile });
}

/** What the method makes of kernels, turned or not as {@link winogradConv} takes them: [products, out, in]. */
export function winogradKernels(weight: Value, tile: TileSize, turned = false): Value {
  const scheme = winograd(tile);
  const { products } = scheme;
  const matrix = constant(weight.graph, turned ? scheme.turnedKernel : scheme.kernel, [products, 9]);
  // Turned here, where they are small: with few tiles a product of a matrix to turn takes twice as long.
  const oriented = turned ? transpose(weight, [1, 0, 2, 3]) : weight;
  const [out, channels] = oriented.shape as [number, number];
  const kernels = matmul(matrix, reshape(oriented, [out * channels, 9]), { transB: true });
  return reshape(kernels, [products, out, channels]);
}

/** The same convolution from {@link winogradKernels}. No shape in it depends on n. */
export function winogradProduct(
  x: Value,
  kernels: Value,
  { pad, extent, tile }: { pad: Pad; extent: Pad; tile: TileSize },
): Value {
  const scheme = winograd(tile);
  const { products } = scheme;
  const out = kernels.shape[1]!;
  const [high, wide] = tilesOf(extent, tile);
  const perPicture = reshape(kernels, [1, ...kernels.shape]);
  const product = matmul(perPicture, inputTiles(x, scheme, pad, extent), { transBatchB: true });
  // Tiles do not overlap, so that a picture's channels may stand one below the other as one.
  const spread = constant(x.graph, scheme.output, [products, 1, tile, tile]);
  const pictures = apply('ConvTranspose', [reshape(product, [-1, products, out * high, wide]), spread], {
    kernel_shape: [tile, tile],
    strides: [tile, tile],
  });
  return cut(reshape(pictures, [-1, out, high * tile, wide * tile]), extent);
}

/** The gradient to the weight [out, in, 3, 3] of a 3×3 convolution of stride 1, from x and the gradient of its output. */
export function winogradWeightGradient(x: Value, dy: Value, pad: Pad, tile: TileSize): Value {
  const { graph } = x;
  const scheme = winograd(tile);
  const { products } = scheme;
  const [, out, ...extent] = dy.shape as [number, number, number, number];
  const channels = x.shape[1]!;
  const tiles = tilesOf(extent, tile).reduce((a, b) => a * b);
  const [left, right] = [outputTiles(dy, scheme), inputTiles(x, scheme, pad, extent)];
  // A product for each picture, and their sum, writes in · out numbers a picture; one for all reads what must first be
  // brought together, (in + out) · tiles numbers a picture.
  const product =
    (out * channels) / (out + channels) < tiles
      ? reduceSum(matmul(left, right, { transBatchA: true, transBatchB: true, transB: true }), [0])
      : matmul(together(left), together(right), { transB: true });
  const matrix = constant(graph, scheme.kernel, [products, 9]);
  const gradient = matmul(reshape(product, [products, out * channels]), matrix, { transA: true });
  return reshape(gradient, [out, channels, 3, 3]);
}

const tilesOf = (extent: Pad, tile: number) => extent.map((length) => Math.ceil(length / tile)) as [number, number];

/** What the products need of each tile of x: [channels, n, products, tiles]. */
function inputTiles(x: Value, { tile, products, input }: Winograd, pad: Pad, extent: Pad): Value {
  const tiles = tilesOf(extent, tile);
  const after = tiles.map((count, i) => count * tile + 2 - x.shape[2 + i]! - pad[i]!);
  const window = constant(x.graph, input, [products, 1, tile + 2, tile + 2]);
  return perTile(x, window, tile, [...pad, ...after], tiles);
}

/** What each tile of dy counts in the products: [channels, n, products, tiles]. */
function outputTiles(dy: Value, { tile, products, output }: Winograd): Value {
  const extent = dy.shape.slice(2) as [number, number];
  const tiles = tilesOf(extent, tile);
  const after = tiles.map((count, i) => count * tile - extent[i]!);
  return perTile(dy, constant(dy.graph, output, [products, 1, tile, tile]), tile, [0, 0, ...after], tiles);
}

/**
 * A linear map of each window of each channel's picture, as a convolution of stride `tile` that knows one channel. Channels come
 * first, where the matrix products read them; pictures are moved for that, before they become `products` / tile² times as large.
 */
function perTile(x: Value, window: Value, tile: number, pads: readonly number[], tiles: Pad): Value {
  const [, channels, h, w] = x.shape as [number, number, number, number];
  const mapped = apply('Conv', [reshape(transpose(x, [1, 0, 2, 3]), [-1, 1, h, w]), window], {
    kernel_shape: window.shape.slice(2),
    strides: [tile, tile],
    pads,
  });
  return reshape(mapped, [channels, -1, window.shape[0]!, tiles[0] * tiles[1]]);
}

/** [channels, n, products, tiles] → [products, channels, n · tiles] */
function together(x: Value): Value {
  const [channels, , products] = x.shape as [number, number, number];
  return reshape(transpose(x, [2, 0, 1, 3]), [products, channels, -1]);
}

function cut(x: Value, extent: Pad): Value {
  const ranges = extent
    .map((end, i) => ({ axis: 2 + i, start: 0, end }))
    .filter(({ axis, end }) => end < x.shape[axis]!);
  return ranges.length > 0 ? slice(x, ranges) : x;
}
