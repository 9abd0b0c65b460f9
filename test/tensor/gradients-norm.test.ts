import { describe, it } from 'vitest';
import { float } from '../../src/tensor/attributes.js';
import type { Value } from '../../src/tensor/graph.js';
import { buffer, constant } from '../../src/tensor/graph.js';
import { apply, applyAll } from '../../src/tensor/operator.js';
import { add, batchNorm, mul, reshape, tanh } from '../../src/tensor/ops/index.js';
import { between, checkGradients, normal } from './gradient-check.js';

describe('gradients of batch normalisation, against finite differences', () => {
  const shapes = [
    [3, 2, 4, 5],
    [1, 3, 3, 3],
    [5, 3],
    [4, 2, 1, 1],
    [2, 3, 4],
  ];

  it.each(shapes)('by the batch: %j, %j', async (...shape) => {
    const c = shape[1]!;
    await checkGradients({
      shapes: [shape, [c], [c]],
      build: (x, gamma, beta) => {
        const mean = buffer(x.graph, 'mean', [c]);
        const variance = buffer(x.graph, 'variance', [c]);
        return batchNorm(x, { gamma, beta, mean, variance }, { training: true, epsilon: 0.1 });
      },
      // The fifth derivatives of 1 / √variance are large for few elements a channel.
      tolerance: 1e-3,
    });
  });

  it('by the batch, whose statistics are read, too', async () => {
    for (const readsResult of [true, false]) {
      await checkGradients({
        shapes: [[3, 2, 4, 5], [2], [2]],
        build: (x, gamma, beta) => {
          const place = (index: number) => constant(x.graph, Float32Array.of(index, index + 0.5), [2]);
          const [y, mean, variance] = applyAll(
            x.graph,
            'BatchNormalization',
            [x, gamma, beta, place(1), place(2)],
            { epsilon: float(0.1), momentum: float(0), training_mode: 1 },
            { outputs: 3 },
          );
          const wide = reshape(mul(mul(mean!, variance!), gamma), [2, 1, 1]);
          return readsResult ? mul(y!, wide) : add(wide, reshape(beta, [2, 1, 1]));
        },
        tolerance: 1e-3,
      });
    }
  });

  it('two layers of the same width', async () => {
    await checkGradients({
      shapes: [[4, 2, 3, 1], [2], [2], [2]],
      build: (x, gamma, beta, delta) => {
        const layer = (input: Value, shift: Value) => {
          const mean = buffer(x.graph, 'mean', [2]);
          const variance = buffer(x.graph, 'variance', [2]);
          return batchNorm(input, { gamma, beta: shift, mean, variance }, { training: true, epsilon: 0.1 });
        };
        return layer(tanh(layer(x, beta)), delta);
      },
      tolerance: 1e-3,
    });
  });

  it.each(shapes)('by given statistics: %j, %j', async (...shape) => {
    const c = shape[1]!;
    await checkGradients({
      shapes: [shape, [c], [c], [c], [c]],
      draw: [normal, normal, normal, normal, between(1, 2)],
      build: (x, ...rest) => apply('BatchNormalization', [x, ...rest], { epsilon: float(0.01) }),
    });
  });
});
