import type { Value } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { div, mul, scale } from './arithmetic.js';

/** The square root, element by element. */
export const sqrt = (x: Value): Value => apply('Sqrt', [x]);
/** eˣ, element by element. */
export const exp = (x: Value): Value => apply('Exp', [x]);
/** The natural logarithm, element by element. */
export const log = (x: Value): Value => apply('Log', [x]);
/** |x|; the gradient at 0 is 0. */
export const abs = (x: Value): Value => apply('Abs', [x]);
/** -1, 0 or 1. */
export const sign = (x: Value): Value => apply('Sign', [x]);

defineOperator('Sqrt', {
  infer: ([x]) => [x!],
  gradient: ({ outputs: [y] }, [dy]) => [div(scale(dy!, 0.5), y!)],
});
defineOperator('Exp', { infer: ([x]) => [x!], gradient: ({ outputs: [y] }, [dy]) => [mul(dy!, y!)] });
defineOperator('Log', { infer: ([x]) => [x!], gradient: ({ inputs: [x] }, [dy]) => [div(dy!, x!)] });
defineOperator('Abs', { infer: ([x]) => [x!], gradient: ({ inputs: [x] }, [dy]) => [mul(dy!, sign(x!))] });
defineOperator('Sign', { infer: ([x]) => [x!], gradient: () => [undefined] });
