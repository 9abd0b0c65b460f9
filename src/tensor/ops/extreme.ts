import type { Value } from '../graph.js';
import { scalar } from '../graph.js';
import type { Operator } from '../operator.js';
import { apply, defineOperator } from '../operator.js';
import type { Shape } from '../types.js';
import { broadcastShape } from '../types.js';
import { mul, sub } from './arithmetic.js';
import { cast } from './cast.js';
import { greater, less, where } from './compare.js';
import { sumTo } from './reduce.js';

/** The larger of a and b, element by element, with broadcasting; where they are equal the gradient goes to a. */
export const max = (a: Value, b: Value): Value => apply('Max', [a, b]);
/** The smaller of a and b, element by element, with broadcasting; where they are equal the gradient goes to a. */
export const min = (a: Value, b: Value): Value => apply('Min', [a, b]);

/** x, no smaller than `low` and no larger than `high`; the gradient is 0 where it is outside. */
export function clip(x: Value, low: number, high: number): Value {
  return apply('Clip', [x, scalar(x.graph, low), scalar(x.graph, high)]);
}

const extreme = (name: string, beaten: (a: Value, b: Value) => Value): Operator => ({
  infer: (inputs) => [
    {
      type: inputs[0]!.type,
      shape: inputs.reduce<Shape>((shape, value) => broadcastShape(shape, value!.shape, name), []),
    },
  ],
  // One input after the other: each keeps the gradient where none before or after it wins.
  gradient: ({ inputs }, [dy], wanted) => {
    const [a, b] = inputs as [Value, Value];
    if (inputs.length === 2) {
      // A product takes a third of the time that Where takes.
      const toSecond = mul(dy!, cast(beaten(a, b), 'float32'));
      return [sumTo(sub(dy!, toSecond), a.shape), sumTo(toSecond, b.shape)];
    }
    const zero = scalar(dy!.graph, 0);
    return inputs.map((value, i) => {
      if (!wanted[i]) return undefined;
      let mine = dy!;
      for (const [j, other] of inputs.entries()) {
        if (j < i) mine = where(beaten(other!, value!), mine, zero);
        if (j > i) mine = where(beaten(value!, other!), zero, mine);
      }
      return sumTo(mine, value!.shape);
    });
  },
});

defineOperator('Max', extreme('Max', less));
defineOperator('Min', extreme('Min', greater));

defineOperator('Clip', {
  infer: ([x]) => [x!],
  gradient: ({ inputs: [x, low, high] }, [dy]) => {
    const zero = scalar(dy!.graph, 0);
    const above = low ? where(less(x!, low), zero, dy!) : dy!;
    return [high ? where(greater(x!, high), zero, above) : above];
  },
});
