import { describe, it } from 'vitest';
import type { Value } from '../../src/tensor/graph.js';
import { integers } from '../../src/tensor/graph.js';
import { apply, applyAll } from '../../src/tensor/operator.js';
import * as ops from '../../src/tensor/ops/index.js';
import type { Check } from './gradient-check.js';
import { apart, checkGradients } from './gradient-check.js';

const one = (build: Check['build'], ...shapes: number[][]) => checkGradients({ shapes, build });

describe('gradients of reductions, against finite differences', () => {
  const cases: [number[], number[] | undefined][] = [
    [[2, 3, 4], undefined],
    [[2, 3, 4], [1]],
    [
      [2, 3, 4],
      [0, 2],
    ],
    [[1, 3], [0]],
    [[3, 1, 2, 3], [-1]],
    [[5], [0]],
    [[], undefined],
  ];
  it.each(cases)('%j over %j', async (shape, axes) => {
    for (const keep of [false, true]) {
      await one((x) => ops.reduceSum(x, axes, { keep }), shape);
      await one((x) => ops.reduceMean(x, axes, { keep }), shape);
      if (!axes) continue;
      await checkGradients({ shapes: [shape], build: (x) => ops.reduceMax(x, axes, { keep }), draw: apart(0.3) });
      await checkGradients({ shapes: [shape], build: (x) => ops.reduceMin(x, axes, { keep }), draw: apart(0.3) });
    }
  });
});

describe('gradients of what only moves elements, against finite differences', () => {
  it('reshape, flatten, squeeze, unsqueeze', async () => {
    await one((x) => ops.mul(ops.reshape(x, [4, 3]), ops.reshape(x, [4, 3])), [2, 3, 2]);
    await one((x) => apply('Reshape', [x, integers(x.graph, [0, -1])]), [3, 2, 2]);
    await one(ops.flatten, [3, 2, 1, 2]);
    await one((x) => apply('Flatten', [x], { axis: 2 }), [3, 2, 1, 2]);
    await one((x) => ops.squeeze(x, [1, -1]), [3, 1, 2, 1]);
    await one((x) => apply('Squeeze', [x]), [1, 3, 1]);
    await one((x) => ops.unsqueeze(x, [0, -1]), [3, 2]);
  });

  it('transpose', async () => {
    await one((x) => ops.transpose(x, [2, 0, 3, 1]), [2, 3, 1, 4]);
    await one((x) => apply('Transpose', [x]), [2, 3, 4]);
  });

  it('expand', async () => {
    await one((x) => ops.expand(x, [2, 3, 4]), [3, 1]);
    await one((x) => ops.expand(x, [2, 2]), []);
    // A 1 in the shape leaves the extent as it is.
    await one((x) => apply('Expand', [x, integers(x.graph, [2, 1, 1])]), [3, 2]);
  });

  it.each<[string, ops.SliceAxis[]]>([
    ['a part', [{ axis: 1, start: 1, end: 4 }]],
    ['every second', [{ axis: 1, start: 0, end: 7, step: 2 }]],
    ['every third, a rest left over', [{ axis: 1, start: 1, end: 7, step: 3 }]],
    ['backwards', [{ axis: 1, start: 6, end: -1, step: -1 }]],
    ['backwards by two, from the middle', [{ axis: 1, start: 5, end: 0, step: -2 }]],
    [
      'two axes',
      [
        { axis: 0, start: 1, end: 3 },
        { axis: 1, start: 2, end: 7, step: 2 },
      ],
    ],
    ['counted from the end', [{ axis: -1, start: -4, end: -1 }]],
    ['beyond the end', [{ axis: 1, start: 3, end: 100 }]],
  ])('slice: %s', async (_, ranges) => {
    await one((x) => ops.slice(x, ranges), [3, 7]);
  });

  it('concat, also of one value twice', async () => {
    await one((a, b, c) => ops.concat([a, b, c], 1), [2, 1, 2], [2, 3, 2], [2, 2, 2]);
    await one((a, b) => apply('Concat', [a, b, a], { axis: -1 }), [1, 2], [1, 3]);
  });

  it('split', async () => {
    const weighted = (parts: Value[]) => parts.map((part, i) => ops.reduceSum(ops.scale(part, i + 1), [1]));
    const sum = (parts: Value[]) => weighted(parts).reduce(ops.add);
    await one((x) => sum(ops.split(x, [1, 3, 2], 1)), [2, 6]);
    await one((x) => ops.split(x, [1, 3, 2], -1)[1]!, [2, 6]);
    await one((x) => sum(applyAll(x.graph, 'Split', [x], { axis: 1, num_outputs: 3 }, { outputs: 3 })), [2, 7]);
  });

  it('pad, also by less than nothing', async () => {
    await one((x) => ops.pad(x, [0, 1, 2], [3, 0, 1]), [1, 2, 3]);
    await one((x) => ops.pad(x, [-1, 2], [0, -1]), [3, 4]);
  });

  it('gather', async () => {
    await one((x) => ops.gather(x, integers(x.graph, [2, 0, 2]), 1), [2, 3, 2]);
    await one((x) => ops.gather(x, ops.reshape(integers(x.graph, [1]), []), 0), [3, 2]);
    await one((x) => ops.gather(x, ops.reshape(integers(x.graph, [0, 1, -1, 1]), [2, 2]), -1), [2, 3]);
  });
});
