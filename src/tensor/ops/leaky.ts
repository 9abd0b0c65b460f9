import { float, floatOf } from '../attributes.js';
import type { Value } from '../graph.js';
import { scalar } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { broadcastShape, GraphError, sameShape, showShape } from '../types.js';
import { add, mul, scale } from './arithmetic.js';
import { greater, where } from './compare.js';
import { sumTo } from './reduce.js';

/** x where positive, else slope · x. Maas et al., "Rectifier nonlinearities improve neural network acoustic models", 2013. */
export const leakyRelu = (x: Value, slope: number): Value => apply('LeakyRelu', [x], { alpha: float(slope) });

/**
 * x where positive, else slope · x with a learned slope that broadcasts to x: [c, 1, 1] for one a channel.
 * He et al., "Delving deep into rectifiers", 2015.
 */
export const prelu = (x: Value, slope: Value): Value => apply('PRelu', [x, slope]);

/** x where positive, else alpha · (eˣ - 1). Clevert et al., "Fast and accurate deep network learning by ELUs", 2016. */
export const elu = (x: Value, alpha: number): Value => apply('Elu', [x], { alpha: float(alpha) });

const zeroOf = (x: Value) => scalar(x.graph, 0);

defineOperator('LeakyRelu', {
  infer: ([x]) => [x!],
  gradient: ({ inputs: [x], attributes }, [dy]) => [
    where(greater(x!, zeroOf(x!)), dy!, scale(dy!, floatOf(attributes, 'alpha', 0.01))),
  ],
});

defineOperator('PRelu', {
  infer: ([x, slope]) => {
    if (!sameShape(broadcastShape(x!.shape, slope!.shape, 'PRelu'), x!.shape)) {
      throw new GraphError(`PRelu: slope ${showShape(slope!.shape)} does not broadcast to x ${showShape(x!.shape)}`);
    }
    return [x!];
  },
  gradient: ({ inputs: [x, slope] }, [dy], wanted) => {
    const zero = zeroOf(x!);
    const positive = greater(x!, zero);
    return [
      wanted[0] ? where(positive, dy!, mul(dy!, slope!)) : undefined,
      wanted[1] ? sumTo(where(positive, zero, mul(dy!, x!)), slope!.shape) : undefined,
    ];
  },
});

defineOperator('Elu', {
  infer: ([x]) => [x!],
  gradient: ({ inputs: [x], outputs: [y], attributes }, [dy]) => {
    const alpha = scalar(x!.graph, floatOf(attributes, 'alpha', 1));
    return [where(greater(x!, zeroOf(x!)), dy!, mul(dy!, add(y!, alpha)))];
  },
});
