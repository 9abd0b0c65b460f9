import { intOf, intsOf } from '../attributes.js';
import type { Value } from '../graph.js';
import { integers, scalar } from '../graph.js';
import { apply, applyAll, defineOperator } from '../operator.js';
import type { Shape } from '../types.js';
import { GraphError, showShape, sizeOf } from '../types.js';
import { scale } from './arithmetic.js';
import type { ConvGeometry } from './conv.js';
import { geometryOf, slidingExtent } from './conv.js';
import { expand, reshape } from './shape.js';

export interface PoolOptions {
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
}

const attributesOf = ({ kernel, stride = kernel, pad = 0 }: PoolOptions) => ({
  kernel_shape: [kernel, kernel],
  strides: [stride, stride],
  pads: [pad, pad, pad, pad],
});

/** The largest of each window; padding never wins. The first of equal ones takes the whole gradient. */
export const maxPool = (x: Value, options: PoolOptions): Value =>
  applyAll(x.graph, 'MaxPool', [x], attributesOf(options), { outputs: 2 })[0]!;

/** The mean over height and width: [n, c, h, w] → [n, c, 1, 1]. */
export const globalAveragePool = (x: Value): Value => apply('GlobalAveragePool', [x]);

/** The shape that windows sliding over [n, c, h, w] leave. */
export function windowedShape(shape: Shape, geometry: ConvGeometry, ceil: boolean, operator: string): Shape {
  const [n, c, h, w] = shape as [number, number, number, number];
  const result = [n, c, slidingExtent(h, 0, geometry, ceil), slidingExtent(w, 1, geometry, ceil)];
  if (shape.length !== 4 || !result.every((extent) => extent >= 1)) {
    throw new GraphError(`${operator}: windows ${showShape(geometry.kernel)} do not fit on ${showShape(shape)}`);
  }
  return result;
}

defineOperator('MaxPool', {
  sparesOutputs: true,
  infer: ([x], attributes) => {
    const geometry = geometryOf(attributes, intsOf(attributes, 'kernel_shape', []));
    const shape = windowedShape(x!.shape, geometry, intOf(attributes, 'ceil_mode', 0) === 1, 'MaxPool');
    return [
      { type: x!.type, shape },
      { type: 'int64', shape },
    ];
  },
  gradient: ({ inputs: [x], outputs: [y, indices], attributes }, [dy]) => {
    const { graph } = x!;
    const geometry = geometryOf(attributes, intsOf(attributes, 'kernel_shape', []));
    const { kernel, stride, padBefore, padAfter, dilation } = geometry;
    // Each pixel is the largest of at most one window: nothing is to be added up.
    const apart = kernel.every((extent, i) => (extent - 1) * dilation[i]! < stride[i]!);
    // MaxUnpool refuses a shape that the last window would stand out of, as it may where the output is rounded up.
    const fits = kernel.every((extent, i) => {
      const reached = (y!.shape[2 + i]! - 1) * stride[i]! + extent - padBefore[i]! - padAfter[i]!;
      return reached <= x!.shape[2 + i]!;
    });
    if (apart && fits) {
      const shape = integers(graph, x!.shape);
      const unpool = { kernel_shape: kernel, strides: stride, pads: [...padBefore, ...padAfter] };
      return [apply('MaxUnpool', [dy!, indices!, shape], unpool)];
    }
    const total = sizeOf(x!.shape);
    const flat = (value: Value) => reshape(value, [sizeOf(value.shape)]);
    const zeros = expand(scalar(graph, 0, [1]), [total]);
    const sums = apply('ScatterElements', [zeros, flat(indices!), flat(dy!)], { axis: 0, reduction: 'add' });
    return [reshape(sums, x!.shape)];
  },
});

defineOperator('MaxUnpool', {
  infer: ([x, , shape]) => [{ type: x!.type, shape: Array.from(shape!.data!, Number) }],
});

defineOperator('ScatterElements', { infer: ([x]) => [x!] });

defineOperator('GlobalAveragePool', {
  infer: ([x]) => [{ type: x!.type, shape: [...x!.shape.slice(0, 2), ...x!.shape.slice(2).map(() => 1)] }],
  gradient: ({ inputs: [x] }, [dy]) => [expand(scale(dy!, 1 / sizeOf(x!.shape.slice(2))), x!.shape)],
});
