import type { Value } from '../graph.js';
import { constant } from '../graph.js';
import { apply } from '../operator.js';
import { matmul } from '../ops/matmul.js';
import { reduceSum } from '../ops/reduce.js';
import { pad, reshape, slice, transpose } from '../ops/shape.js';
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
  const tiling = tilingOf(x, pad, extent, tile);
  const [high, wide] = tiling.tiles;
  const tiles = inputTiles(x, scheme, pad, tiling);
  const perPicture = tiling.isJoined ? kernels : reshape(kernels, [1, ...kernels.shape]);
  const product = matmul(perPicture, tiles, { transBatchB: true });
  // Tiles do not overlap, so that a picture's channels may stand one below the other as one, and all pictures of all channels.
  const spread = constant(x.graph, scheme.output, [products, 1, tile, tile]);
  const as = tiling.isJoined ? [1, products, -1, wide] : [-1, products, out * high, wide];
  const pictures = apply('ConvTranspose', [reshape(product, as), spread], {
    kernel_shape: [tile, tile],
    strides: [tile, tile],
  });
  const size = [high * tile, wide * tile] as const;
  return cut(
    tiling.isJoined
      ? transpose(reshape(pictures, [out, -1, ...size]), [1, 0, 2, 3])
      : reshape(pictures, [-1, out, ...size]),
    extent,
  );
}

/** The gradient to the weight [out, in, 3, 3] of a 3×3 convolution of stride 1, from x and the gradient of its output. */
export function winogradWeightGradient(x: Value, dy: Value, pad: Pad, tile: TileSize): Value {
  const { graph } = x;
  const scheme = winograd(tile);
  const { products } = scheme;
  const [, out, ...extent] = dy.shape as [number, number, number, number];
  const channels = x.shape[1]!;
  const tiling = tilingOf(x, pad, extent, tile);
  const [left, right] = [outputTiles(dy, scheme, tiling), inputTiles(x, scheme, pad, tiling)];
  const matrix = constant(graph, scheme.kernel, [products, 9]);
  const product = productOfTiles(left, right, tiling);
  const gradient = matmul(reshape(product, [products, out * channels]), matrix, { transA: true });
  return reshape(gradient, [out, channels, 3, 3]);
}

/** Σ over all tiles, [products, out, in]. */
function productOfTiles(left: Value, right: Value, { tiles: [high, wide], isJoined }: Tiling): Value {
  const turned = { transBatchA: true, transBatchB: true, transB: true };
  if (isJoined) return matmul(left, right, turned);
  const [out, channels] = [left.shape[0]!, right.shape[0]!];
  // A product for each picture, and their sum, writes in · out numbers a picture; one for all reads what must first be
  // brought together, (in + out) · tiles numbers a picture.
  return (out * channels) / (out + channels) < high * wide
    ? reduceSum(matmul(left, right, turned), [0])
    : matmul(together(left), together(right), { transB: true });
}

/** How pictures are cut into tiles. */
interface Tiling {
  /** Of each picture: down and across. */
  readonly tiles: Pad;
  /** Whether those of all pictures are together, as if the pictures stood one below the other. */
  readonly isJoined: boolean;
}

/** Up to so many tiles of a picture, matrix products are faster of all pictures' together, although pictures are moved twice. */
const fewTiles = 32;

function tilingOf({ shape }: Value, pad: Pad, extent: Pad, tile: number): Tiling {
  const [high, wide] = extent.map((length) => Math.ceil(length / tile)) as [number, number];
  if (high * wide > fewTiles) return { tiles: [high, wide], isJoined: false };
  // A picture's last windows look two rows beyond its outputs, the first rows of the next: these must be its zeros.
  const rows = Math.max(pad[0] + shape[2]!, extent[0] + 2 - pad[0]);
  return { tiles: [Math.ceil(rows / tile), wide], isJoined: true };
}

/** What the products need of each tile of x: [in, n, products, tiles], or joined [in, products, n · tiles]. */
function inputTiles(x: Value, { tile, products, input }: Winograd, before: Pad, tiling: Tiling): Value {
  return perTile(x, constant(x.graph, input, [products, 1, tile + 2, tile + 2]), tile, before, tiling);
}

/** What each tile of dy counts in the products: [out, n, products, tiles], or joined [out, products, n · tiles]. */
function outputTiles(dy: Value, { tile, products, output }: Winograd, tiling: Tiling): Value {
  return perTile(dy, constant(dy.graph, output, [products, 1, tile, tile]), tile, [0, 0], tiling);
}

/**
 * A linear map of each window of each channel's picture, as a convolution of stride `tile` that knows one channel. Channels come
 * first, where the matrix products read them; pictures are moved for that, before they become `products` / tile² times as large.
 */
function perTile(x: Value, window: Value, tile: number, [top, left]: Pad, { tiles, isJoined }: Tiling): Value {
  const [, channels, h, w] = x.shape as [number, number, number, number];
  const [products, , ...kernel] = window.shape as [number, number, number, number];
  const beyond = kernel[0]! - tile;
  const [bottom, right] = [tiles[0] * tile - h - top, tiles[1] * tile + beyond - w - left];
  // Of pictures one below the other each has its own rows of zeros.
  const whole = isJoined ? pad(x, [0, 0, top, 0], [0, 0, bottom, 0]) : x;
  const first = reshape(transpose(whole, [1, 0, 2, 3]), isJoined ? [channels, 1, -1, w] : [-1, 1, h, w]);
  const mapped = apply('Conv', [first, window], {
    kernel_shape: kernel,
    strides: [tile, tile],
    pads: isJoined ? [0, left, beyond, right] : [top, left, bottom + beyond, right],
  });
  return reshape(mapped, isJoined ? [channels, products, -1] : [channels, -1, products, tiles[0] * tiles[1]]);
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
