import type { Value } from '../graph.js';
import { scalar } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { broadcastShape } from '../types.js';
import { mul, neg, scale, sub } from './arithmetic.js';
import { exp, log } from './elementary.js';
import { sumTo } from './reduce.js';

/** xᵖ, element by element, with broadcasting. */
export const pow = (x: Value, power: Value): Value => apply('Pow', [x, power]);
/** 1 / x */
export const reciprocal = (x: Value): Value => apply('Reciprocal', [x]);
/** The error function, of which the exact GELU is made. */
export const erf = (x: Value): Value => apply('Erf', [x]);

defineOperator('Pow', {
  infer: ([x, power]) => [{ type: x!.type, shape: broadcastShape(x!.shape, power!.shape, 'Pow') }],
  gradient: ({ inputs: [x, power], outputs: [y] }, [dy], wanted) => {
    const dx = () => mul(dy!, mul(power!, pow(x!, sub(power!, scalar(x!.graph, 1)))));
    return [
      wanted[0] ? sumTo(dx(), x!.shape) : undefined,
      wanted[1] ? sumTo(mul(dy!, mul(y!, log(x!))), power!.shape) : undefined,
    ];
  },
});

defineOperator('Reciprocal', {
  infer: ([x]) => [x!],
  gradient: ({ outputs: [y] }, [dy]) => [neg(mul(dy!, mul(y!, y!)))],
});

defineOperator('Erf', {
  infer: ([x]) => [x!],
  gradient: ({ inputs: [x] }, [dy]) => [mul(dy!, scale(exp(neg(mul(x!, x!))), 2 / Math.sqrt(Math.PI)))],
});
