import { floatOf, intsOf, textOf } from '../attributes.js';
import type { Attributes, Value } from '../graph.js';
import { integers, integersOf } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import type { Shape } from '../types.js';
import { GraphError, sameShape, showShape } from '../types.js';
import type { AxisMap } from './separable.js';
import { emptyMap, separableGradient } from './separable.js';

export interface ResizeOptions {
  readonly mode: 'nearest' | 'bilinear';
  /** Whether the corner pixels' centres stay where they are (bilinear only); else the picture's edges do. */
  readonly alignCorners?: boolean;
}

/** Scales height and width: [n, c, h, w] → [n, c, height, width], as PyTorch's `interpolate`. */
export function resize(x: Value, height: number, width: number, { mode, alignCorners = false }: ResizeOptions): Value {
  const attributes =
    mode === 'nearest'
      ? { mode, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode: 'linear', coordinate_transformation_mode: alignCorners ? 'align_corners' : 'pytorch_half_pixel' };
  // Sizes of the last two axes alone, so that the batch stays free.
  return apply('Resize', [x, undefined, undefined, integers(x.graph, [height, width])], {
    ...attributes,
    axes: [2, 3],
  });
}

interface Axis {
  readonly before: number;
  readonly after: number;
  readonly scale: number;
}

/** Extents and scale of each axis of a Resize node. */
function axesOf([x, , scales, sizes]: readonly (Value | undefined)[], attributes: Attributes): Axis[] {
  const every = x!.shape.map((_, axis) => axis);
  const axes = intsOf(attributes, 'axes', every).map((axis) => (axis < 0 ? axis + every.length : axis));
  const given = sizes ? integersOf(sizes, 'Resize') : scales?.data ? Array.from(scales.data, Number) : undefined;
  if (given?.length !== axes.length) {
    throw new GraphError(`Resize: x ${showShape(x!.shape)} needs constant scales or sizes of ${axes.length} axes`);
  }
  return x!.shape.map((before, axis) => {
    const number = given[axes.indexOf(axis)];
    if (number === undefined) return { before, after: before, scale: 1 };
    return sizes
      ? { before, after: number, scale: number / before }
      : { before, after: Math.floor(before * number), scale: number };
  });
}

/**
 * Where the centre of output pixel i lies in the input, by the names of the ONNX standard; rounded at each step as ONNX
 * Runtime rounds, for the nearest pixel of a point between two hangs on it.
 */
function place(i: number, { before, after, scale }: Axis, rule: string): number {
  const { fround } = Math;
  switch (rule) {
    case 'half_pixel':
      return fround(fround((i + 0.5) / fround(scale)) - 0.5);
    case 'pytorch_half_pixel':
      return after > 1 ? fround(fround((i + 0.5) / fround(scale)) - 0.5) : 0;
    case 'align_corners':
      return after > 1 ? fround((i * (before - 1)) / (after - 1)) : 0;
    case 'asymmetric':
      return fround(i / fround(scale));
    default:
      throw new GraphError(`Resize: the gradient of coordinate_transformation_mode ${rule} is not known`);
  }
}

const rounding: Readonly<Record<string, (at: number) => number>> = {
  round_prefer_floor: (at) => Math.ceil(at - 0.5),
  round_prefer_ceil: (at) => Math.floor(at + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Row i: the share of each input pixel in output pixel i. */
function interpolation(axis: Axis, attributes: Attributes): AxisMap {
  const rule = textOf(attributes, 'coordinate_transformation_mode', 'half_pixel');
  const mode = textOf(attributes, 'mode', 'nearest');
  const round = rounding[textOf(attributes, 'nearest_mode', 'round_prefer_floor')]!;
  const { before, after } = axis;
  const map = emptyMap(after, before);
  const inside = (at: number) => Math.min(Math.max(at, 0), before - 1);
  for (let i = 0; i < after; i++) {
    const at = place(i, axis, rule);
    if (mode === 'nearest') map.data[i * before + inside(round(at))] = 1;
    else {
      const first = Math.floor(inside(at));
      const share = inside(at) - first;
      map.data[i * before + first]! += 1 - share;
      map.data[i * before + inside(first + 1)]! += share;
    }
  }
  return map;
}

defineOperator('Resize', {
  infer: (inputs, attributes) => [
    { type: inputs[0]!.type, shape: axesOf(inputs, attributes).map(({ after }) => after) },
  ],
  gradient: ({ inputs, outputs: [y], attributes }, [dy]) => {
    const { shape } = inputs[0]!;
    const mode = textOf(attributes, 'mode', 'nearest');
    const odd = floatOf(attributes, 'extrapolation_value', 0) !== 0 || attributes.antialias === 1;
    const last: Shape = [...shape.slice(0, -2), ...y!.shape.slice(-2)];
    if (!['nearest', 'linear'].includes(mode) || odd || !sameShape(last, y!.shape)) {
      throw new GraphError(
        `Resize: the gradient is known for nearest and linear over the last two axes, not for ${mode} from ${showShape(shape)} to ${showShape(y!.shape)}`,
      );
    }
    const [height, width] = axesOf(inputs, attributes).slice(-2);
    return [separableGradient(dy!, interpolation(height!, attributes), interpolation(width!, attributes))];
  },
});
