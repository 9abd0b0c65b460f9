import type { Value } from '../graph.js';
import { scalar } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { mul } from './arithmetic.js';
import { cast } from './cast.js';
import { greater } from './compare.js';

/** max(x, 0); the gradient at exactly 0 is 0, as in PyTorch. */
export const relu = (x: Value): Value => apply('Relu', [x]);

defineOperator('Relu', {
  infer: ([x]) => [x!],
  gradient: ({ outputs: [y] }, [dy]) => {
    // A product, for ONNX Runtime's Where takes longer.
    const passes = cast(greater(y!, scalar(y!.graph, 0)), 'float32');
    return [mul(dy!, passes)];
  },
});
