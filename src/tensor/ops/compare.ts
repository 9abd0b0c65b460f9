import type { Value } from '../graph.js';
import { scalar } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { broadcastShape } from '../types.js';
import { sumTo } from './reduce.js';

/** a > b, as bool. */
export const greater = (a: Value, b: Value): Value => apply('Greater', [a, b]);
/** a < b, as bool. */
export const less = (a: Value, b: Value): Value => apply('Less', [a, b]);
/** a = b, as bool. */
export const equal = (a: Value, b: Value): Value => apply('Equal', [a, b]);
/** a where the condition holds, else b. */
export const where = (condition: Value, a: Value, b: Value): Value => apply('Where', [condition, a, b]);

for (const name of ['Greater', 'Less', 'Equal']) {
  defineOperator(name, {
    infer: ([a, b]) => [{ type: 'bool', shape: broadcastShape(a!.shape, b!.shape, name) }],
  });
}

defineOperator('Where', {
  infer: ([condition, a, b]) => [
    { type: a!.type, shape: broadcastShape(condition!.shape, broadcastShape(a!.shape, b!.shape, 'Where'), 'Where') },
  ],
  gradient: ({ inputs: [condition, a, b] }, [dy], wanted) => {
    const zero = scalar(dy!.graph, 0);
    return [
      undefined,
      wanted[1] ? sumTo(where(condition!, dy!, zero), a!.shape) : undefined,
      wanted[2] ? sumTo(where(condition!, zero, dy!), b!.shape) : undefined,
    ];
  },
});
