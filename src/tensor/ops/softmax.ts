import { intOf } from '../attributes.js';
import type { Node, Value } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { GraphError, showShape } from '../types.js';
import { mul, sub } from './arithmetic.js';
import { exp } from './elementary.js';
import { reduceSum } from './reduce.js';

/** eˣ / Σ eˣ along an axis, the last where absent. */
export const softmax = (x: Value, axis = -1): Value => apply('Softmax', [x], { axis });
/** x - ln Σ eˣ along an axis, the last where absent. */
export const logSoftmax = (x: Value, axis = -1): Value => apply('LogSoftmax', [x], { axis });

/** Σ along the node's axis, which stays with extent 1. */
function sumAlong(value: Value, { attributes }: Node): Value {
  const axis = intOf(attributes, 'axis', -1);
  return reduceSum(value, [axis < 0 ? axis + value.shape.length : axis], { keep: true });
}

const infer = (name: string) => (inputs: readonly (Value | undefined)[], attributes: Node['attributes']) => {
  const x = inputs[0]!;
  const axis = intOf(attributes, 'axis', -1);
  if (axis < -x.shape.length || axis >= x.shape.length) {
    throw new GraphError(`${name}: there is no axis ${axis} in ${showShape(x.shape)}`);
  }
  return [x];
};

defineOperator('Softmax', {
  infer: infer('Softmax'),
  gradient: (node, [dy]) => {
    const y = node.outputs[0]!;
    return [mul(y, sub(dy!, sumAlong(mul(dy!, y), node)))];
  },
});

defineOperator('LogSoftmax', {
  infer: infer('LogSoftmax'),
  gradient: (node, [dy]) => [sub(dy!, mul(exp(node.outputs[0]!), sumAlong(dy!, node)))],
});
