import { describe, expect, it } from 'vitest';
import type { Graph, Value } from '../../src/tensor/graph.js';
import { createGraph, input, integers } from '../../src/tensor/graph.js';
import { apply } from '../../src/tensor/operator.js';
import * as ops from '../../src/tensor/ops/index.js';
import type { Shape } from '../../src/tensor/types.js';
import { GraphError } from '../../src/tensor/types.js';

type Build = (of: (...shape: number[]) => Value, graph: Graph) => unknown;

const building = (build: Build) => () => {
  const graph = createGraph();
  return build((...shape) => input(graph, 'x', shape), graph);
};

describe('shapes that do not fit fail while the graph is built, with both shapes in the message', () => {
  it.each<[string, Build, ...Shape[]]>([
    ['add', (of) => ops.add(of(2, 3), of(2, 4)), [2, 3], [2, 4]],
    ['where', (of) => ops.where(ops.less(of(2), of(2)), of(3), of(3)), [2], [3]],
    ['max', (of) => ops.max(of(2, 3), of(2)), [2, 3], [2]],
    ['pow', (of) => ops.pow(of(2, 3), of(4)), [2, 3], [4]],
    ['prelu', (of) => ops.prelu(of(2, 3), of(4, 1, 1)), [2, 3], [4, 1, 1]],
    ['matmul', (of) => ops.matmul(of(2, 3), of(4, 5)), [2, 3], [4, 5]],
    ['matmul with batches', (of) => ops.matmul(of(2, 2, 3), of(3, 3, 5)), [2], [3]],
    ['matmul transposed', (of) => ops.matmul(of(2, 3), of(3, 2), { transB: true }), [2, 3], [3, 2]],
    ['linear', (of) => ops.linear(of(2, 3), of(5, 4)), [2, 3], [5, 4]],
    ['linear bias', (of) => ops.linear(of(2, 3), of(5, 3), of(4)), [2, 5], [4]],
    ['conv channels', (of) => ops.conv(of(1, 2, 5, 5), of(4, 3, 3, 3)), [1, 2, 5, 5], [4, 3, 3, 3]],
    [
      'conv groups',
      (of) => ops.conv(of(1, 4, 5, 5), of(3, 2, 3, 3), undefined, { groups: 2 }),
      [1, 4, 5, 5],
      [3, 2, 3, 3],
    ],
    ['conv kernel', (of) => ops.conv(of(1, 2, 2, 2), of(4, 2, 3, 3)), [1, 2, 2, 2], [4, 2, 3, 3]],
    ['conv bias', (of) => ops.conv(of(1, 2, 5, 5), of(4, 2, 3, 3), of(3)), [4, 2, 3, 3], [3]],
    ['conv axes', (of) => ops.conv(of(2, 5, 5), of(4, 2, 3, 3)), [2, 5, 5], [4, 2, 3, 3]],
    ['convTranspose', (of) => ops.convTranspose(of(1, 2, 5, 5), of(4, 2, 3, 3)), [1, 2, 5, 5], [4, 2, 3, 3]],
    ['maxPool', (of) => ops.maxPool(of(1, 2, 2, 2), { kernel: 3 }), [3, 3], [1, 2, 2, 2]],
    ['averagePool', (of) => ops.averagePool(of(2, 4, 4), { kernel: 2 }), [2, 2], [2, 4, 4]],
    [
      'batchNorm',
      (of) => {
        const values = { gamma: of(2), beta: of(2), mean: of(2), variance: of(2) };
        return ops.batchNorm(of(4, 3, 2, 2), values, { training: false });
      },
      [4, 3, 2, 2],
      [2],
    ],
    ['reshape', (of) => ops.reshape(of(2, 3), [4, 2]), [2, 3], [4, 2]],
    ['reshape -1', (of) => ops.reshape(of(2, 3), [4, -1]), [2, 3], [4, -1]],
    ['transpose', (of) => ops.transpose(of(2, 3), [0, 1, 2]), [0, 1, 2], [2, 3]],
    ['expand', (of) => ops.expand(of(2, 3), [2, 4]), [2, 3], [2, 4]],
    ['concat', (of) => ops.concat([of(2, 3), of(3, 3)], 1), [2, 3], [3, 3]],
    ['split', (of) => ops.split(of(2, 5), [2, 2], 1), [2, 5], [2, 2]],
    ['squeeze', (of) => ops.squeeze(of(2, 1), [0]), [0], [2, 1]],
    ['unsqueeze', (of) => ops.unsqueeze(of(2, 1), [5]), [5], [2, 1]],
    ['pad', (of) => ops.pad(of(2, 3), [0, -2], [0, -2]), [2, 3], [0, -2, 0, -2]],
  ])('%s', (_, build, ...shapes) => {
    expect(building(build)).toThrow(GraphError);
    for (const shape of shapes) expect(building(build)).toThrow(`[${shape.join(', ')}]`);
  });

  it.each<[string, Build, string]>([
    ['an unknown operator', (of) => apply('Blur', [of(2)]), 'operator Blur is not known'],
    ['a value of another graph', (of) => ops.add(of(2), input(createGraph(), 'y', [2])), "'y' is of another graph"],
    ['an axis that is not there', (of) => ops.softmax(of(2, 3), 2), 'no axis 2 in [2, 3]'],
    ['a shape that is no constant', (of) => apply('Reshape', [of(2), of(1)]), 'must be a constant'],
    ['a rate of dropout', (of) => ops.dropout(of(2), 1, { training: true }), 'must be in [0, 1), not 1'],
    ['gather on no axis', (of, graph) => ops.gather(of(2, 3), integers(graph, [0]), 2), 'no axis 2 in [2, 3]'],
  ])('%s', (_, build, message) => {
    expect(building(build)).toThrow(message);
  });
});
