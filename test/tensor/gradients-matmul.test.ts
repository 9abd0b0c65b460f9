import { describe, it } from 'vitest';
import { float } from '../../src/tensor/attributes.js';
import { apply } from '../../src/tensor/operator.js';
import { linear, matmul, transposed } from '../../src/tensor/ops/index.js';
import { checkGradients } from './gradient-check.js';

describe('gradients of matrix products, against finite differences', () => {
  const extents = { m: 3, k: 4, n: 2 };
  const { m, k, n } = extents;
  it.each([
    { transA: false, transB: false },
    { transA: true, transB: false },
    { transA: false, transB: true },
    { transA: true, transB: true },
  ])('%j', async ({ transA, transB }) => {
    const a = transA ? [k, m] : [m, k];
    const b = transB ? [n, k] : [k, n];
    for (const [leadA, leadB] of [
      [[], []],
      [[2], [2]],
      [[3], []],
      [[], [2]],
      [
        [2, 1],
        [1, 3],
      ],
      [[1], [2]],
    ]) {
      const shapes = [
        [...leadA!, ...a],
        [...leadB!, ...b],
      ];
      await checkGradients({ shapes, build: (x, y) => matmul(x, y, { transA, transB }) });
      const halved = { transA: +transA, transB: +transB, alpha: float(0.5) };
      await checkGradients({ shapes, build: (x, y) => apply('FusedMatMul', [x, y], halved, 'com.microsoft') });
    }
    for (const c of [[m, n], [n], [m, 1], [1], []]) {
      const attributes = { transA: +transA, transB: +transB, alpha: float(1.5), beta: float(-0.5) };
      await checkGradients({ shapes: [a, b, c], build: (x, y, z) => apply('Gemm', [x, y, z], attributes) });
    }
  });

  it('linear, with and without bias, and a value times itself', async () => {
    await checkGradients({ shapes: [[3, 4], [2, 4], [2]], build: linear });
    await checkGradients({
      shapes: [
        [1, 4],
        [2, 4],
      ],
      build: (x, w) => linear(x, w),
    });
    await checkGradients({ shapes: [[2, 3, 3]], build: (x) => matmul(x, transposed(x)) });
  });
});
