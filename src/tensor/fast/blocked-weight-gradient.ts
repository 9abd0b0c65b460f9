import type { Value } from '../graph.js';
import { integers } from '../graph.js';
import type { ConvGeometry } from '../ops/conv.js';
import { padFor } from '../ops/conv-weight-gradient.js';
import { gather } from '../ops/gather.js';
import { reduceSum } from '../ops/reduce.js';
import { reshape, slice, transpose } from '../ops/shape.js';
import { sizeOf } from '../types.js';
import { convolve, fills, fromBlocked } from './blocked.js';
import { picturesForChannels, picturesInside } from './pictures-inside.js';
import { weightGradientByRows, windowsForGradient } from './row-weight-gradient.js';

/**
 * The gradient of a convolution of one group to its weight [out, in, kh, kw], as a convolution that takes channels for
 * pictures, pictures for channels and dy for the kernel: strides and dilations change places.
 * @param dy the gradient of its result, blocked
 */
export function blockedWeightGradient(x: Value, dy: Value, geometry: ConvGeometry, block: number): Value {
  const { kernel, stride, dilation } = geometry;
  const [n, out, ho, wo] = dy.shape as [number, number, number, number];
  const windows = windowsForGradient(x, [n, out, ho, wo], geometry, block);
  if (windows) {
    const lineOf = (i: number, row: number) => i * ho + row;
    const lines = { pieces: [reshape(dy, [n, out * ho * wo])], shape: [n, out, ho, wo], lineOf } as const;
    const gradient = weightGradientByRows(x, lines, windows, geometry, block);
    return gradient.shape[3]! > kernel[1] ? slice(gradient, [{ axis: 3, start: 0, end: kernel[1] }]) : gradient;
  }
  // Padded (or cut) beforehand, for the kernel of the convolution is slow at edges, and here all is edge.
  const padded = padFor(x, [ho, wo], geometry);
  const [, channels, h, w] = padded.shape as [number, number, number, number];
  const swapped: ConvGeometry = {
    kernel: [ho, wo],
    stride: dilation,
    dilation: stride,
    padBefore: [0, 0],
    padAfter: [0, 0],
    groups: 1,
  };
  if (channels < block) return byPictures(padded, dy, swapped);
  if (!fills(n, block)) {
    const kernels = reshape(swapOuter(reshape(dy, [n, out / block, ho * wo * block])), [out, n, ho, wo]);
    return transpose(fromBlocked(convolve(transpose(padded, [1, 0, 2, 3]), kernels, undefined, swapped)), [1, 0, 2, 3]);
  }
  const blocks = picturesInside(reshape(dy, [n, out * ho * wo]), block);
  const pictures = picturesForChannels(padded, block);
  const kernels = swapOuter(reshape(blocks, [n / block, out / block, ho * wo * block * block]));
  const bands = bandsFor(ho, wo * block * 4 * Math.min(out, 4 * block));
  const reached = (ho / bands - 1) * stride[0] + (kernel[0] - 1) * dilation[0] + 1;
  const rows = Array.from({ length: bands }, (_, band) =>
    Array.from({ length: reached }, (_, row) => (band * ho * stride[0]) / bands + row),
  ).flat();
  const lines = swapOuter(reshape(pictures, [n / block, channels, h * w * block]));
  const picture =
    bands > 1 ? gather(reshape(lines, [(channels * n) / block, h, w * block]), integers(x.graph, rows), 1) : lines;
  const gradient = convolve(
    reshape(picture, [channels, n * bands, bands > 1 ? reached : h, w]),
    reshape(kernels, [out, n * bands, ho / bands, wo]),
    undefined,
    { ...swapped, kernel: [ho / bands, wo] },
  );
  return transpose(fromBlocked(gradient), [1, 0, 2, 3]);
}

/**
 * Of few channels: each picture a group of its own, which takes dy as it is, and the sum of what they give.
 * @param x padded
 */
function byPictures(x: Value, dy: Value, swapped: ConvGeometry): Value {
  const [n, channels] = x.shape as [number, number];
  const [, out, ho, wo] = dy.shape as [number, number, number, number];
  const picture = channels === 1 ? reshape(x, [1, n, ...x.shape.slice(2)]) : transpose(x, [1, 0, 2, 3]);
  const each = convolve(picture, reshape(dy, [n * out, 1, ho, wo]), undefined, { ...swapped, groups: n });
  const extent = each.shape.slice(2);
  const sum = reduceSum(reshape(each, [channels, n, out * sizeOf(extent)]), [1]);
  return transpose(fromBlocked(reshape(sum, [channels, out, ...extent])), [1, 0, 2, 3]);
}

/** A kernel of more bytes leaves the cache before the next row of outputs reads it again. */
const cached = 2 ** 19;

/**
 * In how many bands of rows, taken for further pictures, the kernel is read by the convolution, which makes all rows of
 * outputs of one before it reads the next: the fewest that the cache holds.
 */
function bandsFor(rows: number, bytesOfRow: number): number {
  const fits = (bands: number) => rows % bands === 0 && (rows / bands) * bytesOfRow <= cached;
  return Array.from({ length: rows }, (_, i) => i + 1).find(fits) ?? 1;
}

/** [a, b, c] → [b, a, c], where there is anything to move. */
function swapOuter(x: Value): Value {
  const [a, b, c] = x.shape as [number, number, number];
  return a > 1 && b > 1 ? transpose(x, [1, 0, 2]) : reshape(x, [b, a, c]);
}
