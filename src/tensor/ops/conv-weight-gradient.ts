import type { Value } from '../graph.js';
import type { Shape } from '../types.js';
import type { ConvGeometry } from './conv.js';
import { matmul } from './matmul.js';
import { reduceSum } from './reduce.js';
import { concat, pad, reshape, slice, transpose } from './shape.js';

/**
 * The gradient of a convolution to its weight [out, in / groups, kh, kw], from x [n, in, h, w] and dy [n, out, ho, wo]:
 *   dW[o, i, a, b] = Σ over n, y, x' of dy[n, o, y, x'] · x[n, i, y·s + a·d - p, x'·s + b·d - p],
 * one matrix product per picture and group between shifted copies of x and of dy.
 */
export function weightGradient(x: Value, dy: Value, shape: Shape, geometry: ConvGeometry): Value {
  const [kh, kw] = geometry.kernel;
  const channels = x.shape[1]!;
  const out = dy.shape[1]!;
  const shiftable = geometry.stride.every((step) => step === 1) && kh * channels + kw * out < kh * kw * channels;
  const part = shiftable ? splitShifts(x, dy, geometry) : allShifts(x, dy, geometry);
  // part: [groups, columns, out / groups, rows·columns or rows, in / groups]
  return reshape(transpose(part, [0, 2, 4, 3, 1]), [shape[0]!, shape[1]!, kh, kw]);
}

/** Every shift of the kernel on x, which costs kh·kw copies of x and none of dy. */
function allShifts(x: Value, dy: Value, geometry: ConvGeometry): Value {
  const { kernel, stride, dilation, groups } = geometry;
  const [n, out, ho, wo] = dy.shape as [number, number, number, number];
  const channels = x.shape[1]! / groups;
  const padded = padFor(x, [ho, wo], geometry);
  const copies: Value[] = [];
  for (let a = 0; a < kernel[0]; a++) {
    for (let b = 0; b < kernel[1]; b++) {
      const window = [a * dilation[0], b * dilation[1]].map((start, i) => {
        const step = stride[i]!;
        return { axis: 2 + i, start, end: start + (dy.shape[2 + i]! - 1) * step + 1, step };
      });
      const whole = window.every(
        ({ axis, start, end, step }) => start === 0 && step === 1 && end === padded.shape[axis],
      );
      copies.push(reshape(whole ? padded : slice(padded, window), [n, groups, channels, ho * wo]));
    }
  }
  const columns = concat(copies as [Value, ...Value[]], 2);
  const product = matmul(reshape(dy, [n, groups, out / groups, ho * wo]), columns, { transB: true });
  return reshape(reduceSum(product, [0]), [groups, 1, out / groups, kernel[0] * kernel[1], channels]);
}

/**
 * The shifts in height on x, those in width on dy (the other way round, so that the product has each pair):
 * kh copies of x and kw of dy instead of kh·kw of x. For stride 1.
 */
function splitShifts(x: Value, dy: Value, geometry: ConvGeometry): Value {
  const { kernel, padBefore, dilation, groups } = geometry;
  const [n, out, ho, wo] = dy.shape as [number, number, number, number];
  const [, channels, h, w] = x.shape as [number, number, number, number];
  const rows = Array.from({ length: kernel[0] }, (_, a) => {
    const by = padBefore[0] - a * dilation[0];
    return reshape(pad(x, [0, 0, by, 0], [0, 0, ho - h - by, 0]), [n, groups, channels / groups, ho * w]);
  });
  const columns = Array.from({ length: kernel[1] }, (_, b) => {
    const by = b * dilation[1] - padBefore[1];
    return reshape(pad(dy, [0, 0, 0, by], [0, 0, 0, w - wo - by]), [n, groups, out / groups, ho * w]);
  });
  const product = matmul(concat(columns as [Value, ...Value[]], 2), concat(rows as [Value, ...Value[]], 2), {
    transB: true,
  });
  return reshape(reduceSum(product, [0]), [groups, kernel[1], out / groups, kernel[0], channels / groups]);
}

/** x [n, in, h, w] (or with further axes) padded as a convolution pads it, cut to what the windows of an output of this extent reach. */
export function padFor(x: Value, extent: readonly number[], geometry: ConvGeometry): Value {
  const { kernel, stride, padBefore, dilation } = geometry;
  const after = [0, 1].map((i) => {
    const reached = (extent[i]! - 1) * stride[i]! + dilation[i]! * (kernel[i]! - 1) + 1;
    return reached - x.shape[2 + i]! - padBefore[i]!;
  });
  const further = x.shape.slice(4).map(() => 0);
  return pad(x, [0, 0, ...padBefore, ...further], [0, 0, ...after, ...further]);
}
