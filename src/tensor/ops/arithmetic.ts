import type { Value } from '../graph.js';
import { scalar } from '../graph.js';
import type { Operator } from '../operator.js';
import { apply, defineOperator } from '../operator.js';
import { broadcastShape } from '../types.js';
import { sumTo } from './reduce.js';

const elementwise = (name: string, gradient: NonNullable<Operator['gradient']>): Operator => ({
  infer: ([a, b]) => [{ type: a!.type, shape: broadcastShape(a!.shape, b!.shape, name) }],
  gradient,
});

/** a + b with broadcasting. */
export const add = (a: Value, b: Value): Value => apply('Add', [a, b]);
/** a - b with broadcasting. */
export const sub = (a: Value, b: Value): Value => apply('Sub', [a, b]);
/** a · b, element by element, with broadcasting. */
export const mul = (a: Value, b: Value): Value => apply('Mul', [a, b]);
/** a / b, element by element, with broadcasting. */
export const div = (a: Value, b: Value): Value => apply('Div', [a, b]);
/** -x */
export const neg = (x: Value): Value => apply('Neg', [x]);
/** x · factor */
export const scale = (x: Value, factor: number): Value => mul(x, scalar(x.graph, factor));

defineOperator(
  'Add',
  elementwise('Add', ({ inputs: [a, b] }, [dy], [wantA, wantB]) => [
    wantA ? sumTo(dy!, a!.shape) : undefined,
    wantB ? sumTo(dy!, b!.shape) : undefined,
  ]),
);

defineOperator(
  'Sub',
  elementwise('Sub', ({ inputs: [a, b] }, [dy], [wantA, wantB]) => [
    wantA ? sumTo(dy!, a!.shape) : undefined,
    wantB ? neg(sumTo(dy!, b!.shape)) : undefined,
  ]),
);

defineOperator(
  'Mul',
  elementwise('Mul', ({ inputs: [a, b] }, [dy], [wantA, wantB]) => [
    wantA ? sumTo(mul(dy!, b!), a!.shape) : undefined,
    wantB ? sumTo(mul(dy!, a!), b!.shape) : undefined,
  ]),
);

defineOperator(
  'Div',
  elementwise('Div', ({ inputs: [a, b], outputs: [y] }, [dy], [wantA, wantB]) => {
    const part = div(dy!, b!);
    return [wantA ? sumTo(part, a!.shape) : undefined, wantB ? neg(sumTo(mul(part, y!), b!.shape)) : undefined];
  }),
);

defineOperator('Neg', { infer: ([x]) => [x!], gradient: (_, [dy]) => [neg(dy!)] });
