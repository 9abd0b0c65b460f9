import type { Value } from '../graph.js';
import { integers, scalar } from '../graph.js';
import { type ConvGeometry, geometryOf } from '../ops/conv.js';
import { padFor } from '../ops/conv-weight-gradient.js';
import { gather } from '../ops/gather.js';
import { matmul } from '../ops/matmul.js';
import { concat, reshape, transpose } from '../ops/shape.js';
import { convolve, fills, fromBlocked } from './blocked.js';
import { picturesForChannels, picturesInside } from './pictures-inside.js';
import { matrixOf, range, transposedMatrix, type Windows, windowsFor } from './winograd-rows.js';

/** The gradient of a convolution's result [n, out, ho, wo], in lines of one row of one block. */
export interface GradientLines {
  /** Blocked, one behind the other: [n, lines · wo · block] each. */
  readonly pieces: readonly [Value, ...Value[]];
  readonly shape: readonly [number, number, number, number];
  /** Which line is this row of this block. */
  readonly lineOf: (block: number, row: number) => number;
}

/** The windows in which {@link weightGradientByRows} is to go over the gradient of a result of this shape, where that pays. */
export function windowsForGradient(
  x: Value,
  [n, out, ho, wo]: GradientLines['shape'],
  { kernel, stride, dilation }: ConvGeometry,
  block: number,
): Windows | undefined {
  const channels = x.shape[1]!;
  const suits = stride[0] === 1 && dilation[0] === 1 && fills(n, block) && channels >= block;
  return suits ? windowsFor([out, channels, ...kernel], ho, n * ho * wo) : undefined;
}

/**
 * The gradient of a convolution of one group to its weight, by the products of Winograd's method along the height, pictures for
 * channels and channels for pictures: [out, in, kh, kw or more], of which what stands right of the kernel has no meaning.
 * @param windows from {@link windowsForGradient}
 */
export function weightGradientByRows(
  x: Value,
  { pieces, shape, lineOf }: GradientLines,
  { count, rows, products, scheme }: Windows,
  geometry: ConvGeometry,
  block: number,
): Value {
  const { graph } = x;
  const [n, out, ho, wo] = shape;
  const { kernel, stride, dilation } = geometry;
  const batches = range(n / block);
  const windows = range(count);

  const padded = padFor(x, [ho, wo], geometry);
  // Cutting takes longer than looking at a column more.
  const isCut = geometry.padBefore.every((by) => by === 0) && padded.shape.every((extent, i) => extent <= x.shape[i]!);
  const picture = picturesForChannels(isCut ? x : padded, block);
  const [, channels, h, w] = picture.shape as [number, number, number, number];
  const pictureLines = range(products).flatMap((row) =>
    windows.flatMap((window) =>
      // Beyond the picture there is only what meets a gradient of zero.
      batches.flatMap((i) => range(channels).map((c) => (i * channels + c) * h + Math.min(h - 1, window * rows + row))),
    ),
  );
  const seen = gather(reshape(picture, [(n / block) * channels * h, w * block]), integers(graph, pictureLines), 0);
  const inputs = matmul(matrixOf(x, scheme.b), reshape(seen, [products, count * n * channels * w]));

  const zeros = count * rows > ho ? [scalar(graph, 0, [n, wo * block])] : [];
  const whole = concat([...pieces, ...zeros], 1);
  const length = wo * block * block;
  const each = whole.shape[1]! / (wo * block);
  const lines = reshape(picturesInside(whole, block), [batches.length * each, length]);
  const gradientLines = range(rows).flatMap((row) =>
    range(out / block).flatMap((o) =>
      windows.flatMap((window) => {
        const at = window * rows + row;
        return batches.map((i) => i * each + (at < ho ? lineOf(o, at) : each - 1));
      }),
    ),
  );
  const taken = gather(lines, integers(graph, gradientLines), 0);
  const outputs = matmul(matrixOf(x, scheme.a), reshape(taken, [rows, count * n * out * wo]));

  const product = convolve(
    reshape(inputs, [1, products * count * n, channels, w]),
    reshape(outputs, [products * out, count * n, 1, wo]),
    undefined,
    geometryOf({ group: products, strides: [1, dilation[1]], dilations: [1, stride[1]] }, [1, wo]),
  );
  const kw = product.shape[3]!;
  const perProduct = reshape(fromBlocked(product), [products, out * channels * kw]);
  const taps = matmul(matrixOf(x, transposedMatrix(scheme.g)), perProduct);
  return transpose(reshape(taps, [kernel[0], out, channels, kw]), [1, 2, 0, 3]);
}
