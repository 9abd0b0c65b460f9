import { intOf } from '../attributes.js';
import type { Attributes, Value } from '../graph.js';
import { integers, integersOf, scalar } from '../graph.js';
import type { Operator } from '../operator.js';
import { apply, defineOperator } from '../operator.js';
import type { Shape } from '../types.js';
import { sameShape, sizeOf } from '../types.js';
import { mul } from './arithmetic.js';
import { expand, reshape } from './shape.js';

interface Options {
  /** Whether the reduced axes stay, with extent 1. */
  readonly keep?: boolean;
}

const every = (x: Value): number[] => x.shape.map((_, axis) => axis);

const reduce = (operator: string, x: Value, axes: readonly number[], keep: boolean): Value =>
  apply(operator, [x, integers(x.graph, axes)], { keepdims: keep ? 1 : 0 });

/** The sum over the axes, or over all of them: shape [] without `keep`. */
export const reduceSum = (x: Value, axes: readonly number[] = every(x), { keep = false }: Options = {}): Value =>
  reduce('ReduceSum', x, axes, keep);

/** The mean over the axes, or over all of them: shape [] without `keep`. */
export const reduceMean = (x: Value, axes: readonly number[] = every(x), { keep = false }: Options = {}): Value =>
  reduce('ReduceMean', x, axes, keep);

/** Undoes broadcasting: sums x over the axes along which `shape` was stretched to x's. */
export function sumTo(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = every(x).filter((axis) => axis < lead || (shape[axis - lead] === 1 && x.shape[axis] !== 1));
  const summed = axes.length > 0 ? reduceSum(x, axes, { keep: true }) : x;
  return sameShape(summed.shape, shape) ? summed : reshape(summed, shape);
}

/** The axes of a reduction node, counted from 0. */
export function axesOf([x, axes]: readonly (Value | undefined)[], operator: string): number[] {
  const rank = x!.shape.length;
  // An empty list stands for all axes, too.
  return axes && axes.shape[0] !== 0
    ? integersOf(axes, operator).map((axis) => (axis < 0 ? axis + rank : axis))
    : every(x!);
}

/** The shape that a reduction node leaves. */
export function reducedShape(inputs: readonly (Value | undefined)[], attributes: Attributes, operator: string): Shape {
  const axes = axesOf(inputs, operator);
  const kept = inputs[0]!.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return intOf(attributes, 'keepdims', 1) ? kept : kept.filter((_, axis) => !axes.includes(axis));
}

const reduction = (operator: string, share: (x: Value, axes: readonly number[]) => number): Operator => ({
  infer: (inputs, attributes) => [{ type: inputs[0]!.type, shape: reducedShape(inputs, attributes, operator) }],
  gradient: ({ inputs }, [dy]) => {
    const x = inputs[0]!;
    const axes = axesOf(inputs, operator);
    const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const factor = share(x, axes);
    const part = factor === 1 ? dy! : mul(dy!, scalar(x.graph, factor));
    return [expand(reshape(part, kept), x.shape)];
  },
});

defineOperator(
  'ReduceSum',
  reduction('ReduceSum', () => 1),
);
defineOperator(
  'ReduceMean',
  reduction('ReduceMean', (x, axes) => 1 / sizeOf(axes.map((axis) => x.shape[axis]!))),
);
