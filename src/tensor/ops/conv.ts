import { intOf, intsOf } from '../attributes.js';
import type { Attributes, Value } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import type { Shape } from '../types.js';
import { GraphError, showShape } from '../types.js';
import { convTransposeToShape } from './conv-transpose.js';
import { weightGradient } from './conv-weight-gradient.js';
import { reduceSum } from './reduce.js';
import { reshape, slice, transpose } from './shape.js';

/** Settings of a convolution along (height, width). */
export interface ConvGeometry {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Zeros added before and after; the two may differ in a loaded model. */
  readonly padBefore: readonly [number, number];
  readonly padAfter: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

export interface ConvOptions {
  readonly stride?: number;
  readonly pad?: number;
  readonly dilation?: number;
  readonly groups?: number;
}

/**
 * 2-D cross-correlation: x [n, in, h, w], weight [out, in / groups, kh, kw], bias [out]
 * → [n, out, floor((h + 2·pad - dilation·(kh - 1) - 1) / stride) + 1, …].
 */
export function conv(x: Value, weight: Value, bias?: Value, options: ConvOptions = {}): Value {
  const { stride = 1, pad = 0, dilation = 1, groups = 1 } = options;
  return apply('Conv', [x, weight, bias], {
    kernel_shape: weight.shape.slice(2),
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    dilations: [dilation, dilation],
    group: groups,
  });
}

/** The settings of a Conv or pooling node. */
export function geometryOf(attributes: Attributes, kernel: readonly number[]): ConvGeometry {
  const pads = intsOf(attributes, 'pads', [0, 0, 0, 0]);
  const pair = (list: readonly number[], from = 0): [number, number] => [list[from]!, list[from + 1]!];
  return {
    kernel: pair(kernel),
    stride: pair(intsOf(attributes, 'strides', [1, 1])),
    padBefore: pair(pads),
    padAfter: pair(pads, 2),
    dilation: pair(intsOf(attributes, 'dilations', [1, 1])),
    groups: intOf(attributes, 'group', 1),
  };
}

/** The extent of a sliding window's output along one axis. */
export function slidingExtent(extent: number, axis: 0 | 1, geometry: ConvGeometry, ceil = false): number {
  const { kernel, stride, padBefore, padAfter, dilation } = geometry;
  const room = extent + padBefore[axis] + padAfter[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
  const steps = ceil ? Math.ceil(room / stride[axis]) : Math.floor(room / stride[axis]);
  // A window that would start in the padding after the picture is left out, as in PyTorch.
  const tooFar = ceil && steps * stride[axis] >= extent + padBefore[axis];
  return steps + 1 - (tooFar ? 1 : 0);
}

/**
 * With stride 1 the gradient to the input is itself a convolution, with the kernel turned by 180° and its channels swapped
 * ({@link turned}), and with these settings; undefined where it is not.
 */
export function turnedGeometry(geometry: ConvGeometry, x: Shape, dy: Shape): ConvGeometry | undefined {
  const { kernel, stride, padBefore, dilation } = geometry;
  const before = [0, 1].map((i) => dilation[i]! * (kernel[i]! - 1) - padBefore[i]!) as [number, number];
  const after = [0, 1].map((i) => x[2 + i]! - dy[2 + i]! + padBefore[i]!) as [number, number];
  const suits = stride.every((step) => step === 1) && [...before, ...after].every((by) => by >= 0);
  return suits ? { ...geometry, padBefore: before, padAfter: after } : undefined;
}

/** The gradient to x of a convolution of x with these settings. */
export function inputGradient(x: Value, weight: Value, dy: Value, geometry: ConvGeometry): Value {
  const back = turnedGeometry(geometry, x.shape, dy.shape);
  if (!back) return convTransposeToShape(dy, weight, geometry, x.shape);
  return apply('Conv', [dy, turned(weight, geometry.groups)], attributesOf(back));
}

/** The attributes of a Conv node, from its settings. */
export const attributesOf = ({ kernel, stride, padBefore, padAfter, dilation, groups }: ConvGeometry) => ({
  kernel_shape: kernel,
  strides: stride,
  pads: [...padBefore, ...padAfter],
  dilations: dilation,
  group: groups,
});

/** weight [out, in / groups, kh, kw] → [in, out / groups, kh, kw], each kernel turned by 180°. */
export function turned(weight: Value, groups = 1): Value {
  const [out, channels, kh, kw] = weight.shape as [number, number, number, number];
  const flipped =
    kh === 1 && kw === 1
      ? weight
      : slice(weight, [
          { axis: 2, start: kh - 1, end: -1, step: -1 },
          { axis: 3, start: kw - 1, end: -1, step: -1 },
        ]);
  if (groups === 1) return transpose(flipped, [1, 0, 2, 3]);
  const grouped = reshape(flipped, [groups, out / groups, channels, kh, kw]);
  return reshape(transpose(grouped, [0, 2, 1, 3, 4]), [groups * channels, out / groups, kh, kw]);
}

defineOperator('Conv', {
  infer: ([x, weight, bias], attributes) => {
    if (x!.shape.length !== 4 || weight!.shape.length !== 4) {
      throw new GraphError(`Conv: x ${showShape(x!.shape)} and weight ${showShape(weight!.shape)} must have 4 axes`);
    }
    const geometry = geometryOf(attributes, weight!.shape.slice(2));
    const { groups } = geometry;
    const [n, channels, h, w] = x!.shape as [number, number, number, number];
    const [out, perGroup] = weight!.shape as [number, number];
    if (
      channels !== perGroup * groups ||
      out % groups !== 0 ||
      (bias && (bias.shape.length !== 1 || bias.shape[0] !== out))
    ) {
      throw new GraphError(
        `Conv: x ${showShape(x!.shape)}, weight ${showShape(weight!.shape)}, bias ${bias ? showShape(bias.shape) : 'none'} in ${groups} group(s) do not fit`,
      );
    }
    const shape = [n, out, slidingExtent(h, 0, geometry), slidingExtent(w, 1, geometry)];
    if (shape[2]! < 1 || shape[3]! < 1) {
      throw new GraphError(
        `Conv: kernel ${showShape(weight!.shape)} is larger than the padded x ${showShape(x!.shape)}`,
      );
    }
    return [{ type: x!.type, shape }];
  },
  gradient: ({ inputs, attributes }, [dy], wanted) => {
    const [x, weight] = inputs as [Value, Value];
    const geometry = geometryOf(attributes, weight.shape.slice(2));
    return [
      wanted[0] ? inputGradient(x, weight, dy!, geometry) : undefined,
      wanted[1] ? weightGradient(x, dy!, weight.shape, geometry) : undefined,
      wanted[2] ? reduceSum(dy!, [0, 2, 3]) : undefined,
    ];
  },
});
