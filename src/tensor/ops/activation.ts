import type { Value } from '../graph.js';
import { scalar } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { greater, where } from './compare.js';

/** max(x, 0); the gradient at exactly 0 is 0, as in PyTorch. */
export const relu = (x: Value): Value => apply('Relu', [x]);

defineOperator('Relu', {
  infer: ([x]) => [x!],
  gradient: ({ outputs: [y] }, [dy]) => {
    const zero = scalar(y!.graph, 0);
    return [where(greater(y!, zero), dy!, zero)];
  },
});
