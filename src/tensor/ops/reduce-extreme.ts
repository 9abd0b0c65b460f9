import type { Value } from '../graph.js';
import { integers } from '../graph.js';
import type { Operator } from '../operator.js';
import { apply, defineOperator } from '../operator.js';
import { div, mul } from './arithmetic.js';
import { cast } from './cast.js';
import { equal } from './compare.js';
import { axesOf, reducedShape, reduceSum } from './reduce.js';
import { reshape } from './shape.js';

interface Options {
  /** Whether the reduced axes stay, with extent 1. */
  readonly keep?: boolean;
}

const reduce = (operator: string, x: Value, axes: readonly number[], keep: boolean): Value =>
  apply(operator, [x, integers(x.graph, axes)], { keepdims: keep ? 1 : 0 });

/** The largest along the axes; equal ones share the gradient, as in PyTorch's `amax`. */
export const reduceMax = (x: Value, axes: readonly number[], { keep = false }: Options = {}): Value =>
  reduce('ReduceMax', x, axes, keep);
/** The smallest along the axes; equal ones share the gradient, as in PyTorch's `amin`. */
export const reduceMin = (x: Value, axes: readonly number[], { keep = false }: Options = {}): Value =>
  reduce('ReduceMin', x, axes, keep);
/** The largest over height and width: [n, c, h, w] → [n, c, 1, 1]. */
export const globalMaxPool = (x: Value): Value => apply('GlobalMaxPool', [x]);

/** dy shared out to the elements of x that equal the y of their group. */
function shared(x: Value, y: Value, dy: Value, axes: readonly number[]): Value {
  const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const winners = cast(equal(x, reshape(y, kept)), 'float32');
  return mul(winners, div(reshape(dy, kept), reduceSum(winners, axes, { keep: true })));
}

const reduction = (operator: string): Operator => ({
  infer: (inputs, attributes) => [{ type: inputs[0]!.type, shape: reducedShape(inputs, attributes, operator) }],
  gradient: ({ inputs, outputs: [y] }, [dy]) => [shared(inputs[0]!, y!, dy!, axesOf(inputs, operator))],
});

defineOperator('ReduceMax', reduction('ReduceMax'));
defineOperator('ReduceMin', reduction('ReduceMin'));

defineOperator('GlobalMaxPool', {
  infer: ([x]) => [{ type: x!.type, shape: [...x!.shape.slice(0, 2), ...x!.shape.slice(2).map(() => 1)] }],
  gradient: ({ inputs: [x], outputs: [y] }, [dy]) => [
    shared(
      x!,
      y!,
      dy!,
      x!.shape.map((_, axis) => axis).filter((axis) => axis > 1),
    ),
  ],
});
