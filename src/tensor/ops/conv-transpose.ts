import { intsOf } from '../attributes.js';
import type { Value } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import type { Shape } from '../types.js';
import { GraphError, showShape } from '../types.js';
import type { ConvGeometry, ConvOptions } from './conv.js';
import { attributesOf, geometryOf } from './conv.js';
import { weightGradient } from './conv-weight-gradient.js';
import { reduceSum } from './reduce.js';

/**
 * Transposed convolution: x [n, in, h, w], weight [in, out / groups, kh, kw], bias [out]
 * → [n, out, (h - 1)·stride - 2·pad + dilation·(kh - 1) + outputPad + 1, …].
 */
export function convTranspose(
  x: Value,
  weight: Value,
  bias?: Value,
  { stride = 1, pad = 0, dilation = 1, groups = 1, outputPad = 0 }: ConvOptions & { readonly outputPad?: number } = {},
): Value {
  return apply('ConvTranspose', [x, weight, bias], {
    kernel_shape: weight.shape.slice(2),
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    dilations: [dilation, dilation],
    group: groups,
    output_padding: [outputPad, outputPad],
  });
}

/** The gradient to the input, of this shape, of a convolution with these settings and this weight. */
export function convTransposeToShape(dy: Value, weight: Value, geometry: ConvGeometry, shape: Shape): Value {
  const { kernel, stride, padBefore, padAfter, dilation } = geometry;
  const rest = [0, 1].map((i) => {
    const reached =
      (dy.shape[2 + i]! - 1) * stride[i]! - padBefore[i]! - padAfter[i]! + dilation[i]! * (kernel[i]! - 1) + 1;
    return shape[2 + i]! - reached;
  });
  return apply('ConvTranspose', [dy, weight], { ...attributesOf(geometry), output_padding: rest });
}

defineOperator('ConvTranspose', {
  infer: ([x, weight, bias], attributes) => {
    const { kernel, stride, padBefore, padAfter, dilation, groups } = geometryOf(attributes, weight!.shape.slice(2));
    const outputPad = intsOf(attributes, 'output_padding', [0, 0]);
    const channels = weight!.shape[1]! * groups;
    if (x!.shape.length !== 4 || x!.shape[1] !== weight!.shape[0] || (bias && bias.shape[0] !== channels)) {
      throw new GraphError(
        `ConvTranspose: x ${showShape(x!.shape)}, weight ${showShape(weight!.shape)}, bias ${bias ? showShape(bias.shape) : 'none'} do not fit`,
      );
    }
    const extents = [0, 1].map(
      (i) =>
        (x!.shape[2 + i]! - 1) * stride[i]! -
        padBefore[i]! -
        padAfter[i]! +
        dilation[i]! * (kernel[i]! - 1) +
        outputPad[i]! +
        1,
    );
    return [{ type: x!.type, shape: [x!.shape[0]!, channels, ...extents] }];
  },
  // Its gradients are those of the convolution that it transposes, with the roles of input and output exchanged.
  gradient: ({ inputs: [x, weight], attributes }, [dy], wanted) => {
    const geometry = geometryOf(attributes, weight!.shape.slice(2));
    return [
      wanted[0] ? apply('Conv', [dy!, weight!], attributesOf(geometry)) : undefined,
      wanted[1] ? weightGradient(dy!, x!, weight!.shape, geometry) : undefined,
      wanted[2] ? reduceSum(dy!, [0, 2, 3]) : undefined,
    ];
  },
});
