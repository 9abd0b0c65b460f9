import { intOf, intsOf } from '../attributes.js';
import type { Attributes, Value } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import type { ConvGeometry } from './conv.js';
import { geometryOf, slidingExtent } from './conv.js';
import type { PoolOptions } from './pool.js';
import { windowedShape } from './pool.js';
import type { AxisMap } from './separable.js';
import { emptyMap, separableGradient } from './separable.js';

export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding counts as zeros (PyTorch's default); else the mean is over the window's pixels inside the picture. */
  readonly countPadding?: boolean;
}

/** The mean of each window: [n, c, h, w] → [n, c, floor((h + 2·pad - kernel) / stride) + 1, …]. */
export const averagePool = (
  x: Value,
  { kernel, stride = kernel, pad = 0, countPadding = true }: AveragePoolOptions,
): Value =>
  apply('AveragePool', [x], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    count_include_pad: +countPadding,
  });

const geometry = (attributes: Attributes) => geometryOf(attributes, intsOf(attributes, 'kernel_shape', []));
const ceilOf = (attributes: Attributes) => intOf(attributes, 'ceil_mode', 0) === 1;

/** Row i has 1 / count at the pixels of window i. */
function means(extent: number, axis: 0 | 1, of: ConvGeometry, ceil: boolean, countPadding: boolean): AxisMap {
  const map = emptyMap(slidingExtent(extent, axis, of, ceil), extent);
  for (let row = 0; row < map.rows; row++) {
    const start = row * of.stride[axis] - of.padBefore[axis];
    const taps = Array.from({ length: of.kernel[axis] }, (_, i) => start + i * of.dilation[axis]);
    const inside = taps.filter((at) => at >= 0 && at < extent);
    // A window of a rounded-up output may reach beyond the padding; what lies there never counts.
    const counted = countPadding ? taps.filter((at) => at < extent + of.padAfter[axis]) : inside;
    for (const at of inside) map.data[row * extent + at] = 1 / counted.length;
  }
  return map;
}

defineOperator('AveragePool', {
  infer: ([x], attributes) => [
    { type: x!.type, shape: windowedShape(x!.shape, geometry(attributes), ceilOf(attributes), 'AveragePool') },
  ],
  gradient: ({ inputs: [x], attributes }, [dy]) => {
    const countPadding = intOf(attributes, 'count_include_pad', 0) === 1;
    const [height, width] = ([0, 1] as const).map((axis) =>
      means(x!.shape[2 + axis]!, axis, geometry(attributes), ceilOf(attributes), countPadding),
    );
    return [separableGradient(dy!, height!, width!)];
  },
});
