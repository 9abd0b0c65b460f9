import { intOf, intsOf, textOf } from '../attributes.js';
import type { Value } from '../graph.js';
import { integers, integersOf, scalar } from '../graph.js';
import { apply, applyAll, defineOperator } from '../operator.js';
import type { Shape } from '../types.js';
import { broadcastShape, GraphError, sameShape, showShape, sizeOf } from '../types.js';
import { sumTo } from './reduce.js';

/** The same elements under another shape. */
export function reshape(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : apply('Reshape', [x, integers(x.graph, shape)]);
}

/** [n, …] to [n, product of the rest], channels slowest, as PyTorch flattens. */
export const flatten = (x: Value): Value => (x.shape.length === 2 ? x : apply('Flatten', [x], { axis: 1 }));

/** Axis i of the result is axis order[i] of x. */
export const transpose = (x: Value, order: readonly number[]): Value => apply('Transpose', [x], { perm: order });

/** Repeats x along its axes of extent 1 (and new leading axes). */
export function expand(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : apply('Expand', [x, integers(x.graph, shape)]);
}

/** Joins along an axis. */
export function concat(parts: readonly [Value, ...Value[]], axis: number): Value {
  return parts.length === 1 ? parts[0] : apply('Concat', parts, { axis });
}

export interface SliceAxis {
  readonly axis: number;
  readonly start: number;
  /** Exclusive; for a negative step, -1 stands for "to the first element". */
  readonly end: number;
  readonly step?: number;
}

/** The elements start, start + step, … before end, along each of the axes named. */
export function slice(x: Value, ranges: readonly SliceAxis[]): Value {
  const { graph } = x;
  const end = ({ end, step = 1 }: SliceAxis) => (step < 0 && end < 0 ? -(2 ** 31) : end);
  return apply('Slice', [
    x,
    integers(
      graph,
      ranges.map(({ start }) => start),
    ),
    integers(graph, ranges.map(end)),
    integers(
      graph,
      ranges.map(({ axis }) => axis),
    ),
    integers(
      graph,
      ranges.map(({ step = 1 }) => step),
    ),
  ]);
}

/** Adds `fill` (or cuts, where negative) before and after each axis. */
export function pad(x: Value, before: readonly number[], after: readonly number[], fill = 0): Value {
  const by = [...before, ...after];
  if (by.every((extent) => extent === 0)) return x;
  // Cutting alone is a Slice, which takes a third of the time.
  if (by.every((extent) => extent <= 0) && x.shape.every((extent, axis) => extent + before[axis]! + after[axis]! > 0)) {
    const ranges = x.shape.map((extent, axis) => ({ axis, start: -before[axis]!, end: extent + after[axis]! }));
    return slice(
      x,
      ranges.filter(({ axis, start, end }) => start > 0 || end < x.shape[axis]!),
    );
  }
  return apply('Pad', [x, integers(x.graph, by), scalar(x.graph, fill)]);
}

defineOperator('Reshape', {
  infer: ([x, wanted]) => {
    const shape = integersOf(wanted!, 'Reshape').map((extent, axis) => (extent === 0 ? x!.shape[axis]! : extent));
    const known = sizeOf(shape.filter((extent) => extent !== -1));
    const full = shape.map((extent) => (extent === -1 ? sizeOf(x!.shape) / known : extent));
    if (sizeOf(full) !== sizeOf(x!.shape) || !full.every(Number.isInteger)) {
      throw new GraphError(`Reshape: ${showShape(x!.shape)} cannot become ${showShape(shape)}`);
    }
    return [{ type: x!.type, shape: full }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy!, x!.shape)],
});

defineOperator('Flatten', {
  infer: ([x], attributes) => {
    const given = intOf(attributes, 'axis', 1);
    const axis = given < 0 ? given + x!.shape.length : given;
    return [{ type: x!.type, shape: [sizeOf(x!.shape.slice(0, axis)), sizeOf(x!.shape.slice(axis))] }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy!, x!.shape)],
});

defineOperator('Transpose', {
  infer: ([x], attributes) => {
    const order = intsOf(attributes, 'perm', x!.shape.map((_, axis) => axis).reverse());
    if (order.length !== x!.shape.length) {
      throw new GraphError(`Transpose: perm ${showShape(order)} does not fit ${showShape(x!.shape)}`);
    }
    return [{ type: x!.type, shape: order.map((axis) => x!.shape[axis]!) }];
  },
  gradient: ({ inputs: [x], attributes }, [dy]) => {
    const order = intsOf(attributes, 'perm', x!.shape.map((_, axis) => axis).reverse());
    return [
      transpose(
        dy!,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ];
  },
});

defineOperator('Expand', {
  infer: ([x, shape]) => [{ type: x!.type, shape: broadcastShape(x!.shape, integersOf(shape!, 'Expand'), 'Expand') }],
  gradient: ({ inputs: [x] }, [dy]) => [sumTo(dy!, x!.shape)],
});

defineOperator('Concat', {
  infer: (inputs, attributes) => {
    const [first, ...rest] = inputs.map((value) => value!);
    const { shape, type } = first!;
    const given = intOf(attributes, 'axis', 0);
    const axis = given < 0 ? given + shape.length : given;
    for (const other of rest) {
      if (other.shape.length !== shape.length || !shape.every((extent, i) => i === axis || extent === other.shape[i])) {
        throw new GraphError(`Concat along axis ${axis}: ${showShape(shape)} and ${showShape(other.shape)} do not fit`);
      }
    }
    const total = inputs.reduce((sum, value) => sum + value!.shape[axis]!, 0);
    return [{ type, shape: shape.map((extent, i) => (i === axis ? total : extent)) }];
  },
  gradient: ({ inputs, attributes }, [dy], wanted) => {
    const given = intOf(attributes, 'axis', 0);
    const axis = given < 0 ? given + dy!.shape.length : given;
    let start = 0;
    return inputs.map((value, i) => {
      const end = start + value!.shape[axis]!;
      const part = wanted[i] ? slice(dy!, [{ axis, start, end }]) : undefined;
      start = end;
      return part;
    });
  },
});

/** First element, step and count along every axis of a Slice node's input. */
function rangesOf(inputs: readonly (Value | undefined)[]): { first: number; step: number; count: number }[] {
  const [x, starts, ends, axes, steps] = inputs;
  const list = (value: Value | undefined) => (value ? integersOf(value, 'Slice') : undefined);
  const begin = list(starts)!;
  const along = list(axes) ?? begin.map((_, i) => i);
  const ranges = x!.shape.map((count) => ({ first: 0, step: 1, count }));
  for (const [i, given] of along.entries()) {
    const axis = given < 0 ? given + x!.shape.length : given;
    const extent = x!.shape[axis];
    const step = list(steps)?.[i] ?? 1;
    if (extent === undefined || step === 0)
      throw new GraphError(`Slice: axis ${given}, step ${step} on ${showShape(x!.shape)}`);
    const clamp = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + extent : at, low), high);
    const first = step > 0 ? clamp(begin[i]!, 0, extent) : clamp(begin[i]!, 0, extent - 1);
    const end = step > 0 ? clamp(list(ends)![i]!, 0, extent) : clamp(list(ends)![i]!, -1, extent - 1);
    ranges[axis] = { first, step, count: Math.max(0, Math.ceil((end - first) / step)) };
  }
  return ranges;
}

defineOperator('Slice', {
  infer: (inputs) => [{ type: inputs[0]!.type, shape: rangesOf(inputs).map(({ count }) => count) }],
  gradient: ({ inputs }, [dy]) => {
    const { shape } = inputs[0]!;
    let part = dy!;
    // Spread with zeros between where the step is over 1, turn round where it is negative, then pad to the old extent.
    for (const [axis, { first, step, count }] of rangesOf(inputs).entries()) {
      const stride = Math.abs(step);
      if (stride > 1) part = spread(part, axis, stride);
      const last = first + step * (count - 1);
      if (step < 0) part = slice(part, [{ axis, start: part.shape[axis]! - 1, end: -1, step: -1 }]);
      const before = shape.map((_, i) => (i === axis ? Math.min(first, last) : 0));
      const after = shape.map((extent, i) => (i === axis ? extent - Math.max(first, last) - 1 : 0));
      part = pad(part, before, after);
    }
    return [part];
  },
});

/** Puts stride - 1 zeros between neighbours along an axis: extent n becomes (n - 1) · stride + 1. */
function spread(x: Value, axis: number, stride: number): Value {
  const rank = x.shape.length;
  const split = [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)];
  const zeros = Array<number>(rank + 1).fill(0);
  const wide = pad(
    reshape(x, split),
    zeros,
    zeros.map((_, i) => (i === axis + 1 ? stride - 1 : 0)),
  );
  const extent = x.shape[axis]! * stride;
  const joined = reshape(
    wide,
    x.shape.map((old, i) => (i === axis ? extent : old)),
  );
  return slice(joined, [{ axis, start: 0, end: extent - stride + 1 }]);
}

defineOperator('Pad', {
  infer: ([x, pads, , axes]) => {
    if (axes) throw new GraphError('Pad: only padding of all axes at once is known');
    const by = integersOf(pads!, 'Pad');
    const shape = x!.shape.map((extent, i) => extent + by[i]! + by[i + x!.shape.length]!);
    if (!shape.every((extent) => extent >= 0)) {
      throw new GraphError(`Pad: ${showShape(x!.shape)} padded by ${showShape(by)} has a negative extent`);
    }
    return [{ type: x!.type, shape }];
  },
  gradient: ({ inputs: [x, pads], attributes }, [dy]) => {
    const mode = textOf(attributes, 'mode', 'constant');
    if (mode !== 'constant') throw new GraphError(`Pad: the gradient of mode ${mode} is not known`);
    const by = integersOf(pads!, 'Pad').map((extent) => (extent === 0 ? 0 : -extent));
    const rank = x!.shape.length;
    return [pad(dy!, by.slice(0, rank), by.slice(rank))];
  },
});

/** Joins nothing: the same tensor under another name; keeps a graph output apart from what computes it. */
export const identity = (x: Value): Value => applyAll(x.graph, 'Identity', [x])[0]!;

defineOperator('Identity', { infer: ([x]) => [x!], gradient: (_, [dy]) => [dy] });
