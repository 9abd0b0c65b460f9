import { float, floatOf } from '../attributes.js';
import type { Value } from '../graph.js';
import { scalar } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { add, mul, scale, sub } from './arithmetic.js';
import { greater, less, where } from './compare.js';

/** 1 / (1 + e⁻ˣ) */
export const sigmoid = (x: Value): Value => apply('Sigmoid', [x]);
/** The hyperbolic tangent. */
export const tanh = (x: Value): Value => apply('Tanh', [x]);
/** ln(1 + eˣ), a smooth max(x, 0). */
export const softplus = (x: Value): Value => apply('Softplus', [x]);
/** x · sigmoid(x). Hendrycks and Gimpel, "Gaussian error linear units", 2016; also known as swish. */
export const silu = (x: Value): Value => mul(x, sigmoid(x));
/** x / 6 + 1 / 2, kept in [0, 1]: PyTorch's hardsigmoid. */
export const hardSigmoid = (x: Value): Value => apply('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) });
/**
 * 1 where x is above 0 (and no less than 1e-38), else 0: the Heaviside step, by an operator that threads share, which the Cast
 * of a comparison is not.
 */
export const heaviside = (x: Value): Value => apply('HardSigmoid', [x], { alpha: float(3e38), beta: float(0) });
/** x · hardSigmoid(x). Howard et al., "Searching for MobileNetV3", 2019. */
export const hardSwish = (x: Value): Value => apply('HardSwish', [x]);

defineOperator('Sigmoid', {
  infer: ([x]) => [x!],
  gradient: ({ outputs: [y] }, [dy]) => [mul(dy!, mul(y!, sub(scalar(y!.graph, 1), y!)))],
});

defineOperator('Tanh', {
  infer: ([x]) => [x!],
  gradient: ({ outputs: [y] }, [dy]) => [mul(dy!, sub(scalar(y!.graph, 1), mul(y!, y!)))],
});

defineOperator('Softplus', {
  infer: ([x]) => [x!],
  gradient: ({ inputs: [x] }, [dy]) => [mul(dy!, sigmoid(x!))],
});

defineOperator('HardSigmoid', {
  infer: ([x]) => [x!],
  gradient: ({ outputs: [y], attributes }, [dy]) => {
    const zero = scalar(y!.graph, 0);
    const slope = scale(dy!, floatOf(attributes, 'alpha', 0.2));
    return [where(greater(y!, zero), where(less(y!, scalar(y!.graph, 1)), slope, zero), zero)];
  },
});

defineOperator('HardSwish', {
  infer: ([x]) => [x!],
  gradient: ({ inputs: [x] }, [dy]) => {
    const number = (value: number) => scalar(x!.graph, value);
    const bend = mul(dy!, add(scale(x!, 1 / 3), number(0.5)));
    return [where(less(x!, number(3)), where(greater(x!, number(-3)), bend, number(0)), dy!)];
  },
});
