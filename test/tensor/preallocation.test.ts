import * as node from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { createGraph, input } from '../../src/tensor/graph.js';
import { mse } from '../../src/tensor/losses.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { relu } from '../../src/tensor/ops/index.js';
import { fetchesOf, refused, runRefused } from '../../src/tensor/preallocation.js';
import { compileTrainingStep } from '../../src/tensor/training-step.js';

web.env.wasm.numThreads = 1;

const tensor = (data: Float32Array, shape: readonly number[]) => new node.Tensor('float32', data, shape);

describe('arrays given for outputs', () => {
  it('are filled by onnxruntime-node, with nothing copied after that, and ignored by onnxruntime-web', async () => {
    expect(await fetchesOf(node, {})).toBe('filled, refused');
    expect(await fetchesOf(web, { executionProviders: ['wasm'] })).toBe('ignored');
  });

  it('come back filled from a run that is refused, and its true failures are thrown', async () => {
    const { bytes } = encodeModel([relu(input(createGraph(), 'x', [2]))], {
      outputNames: ['y'],
      emptySequence: refused,
    });
    const session = await node.InferenceSession.create(bytes);
    const y = new Float32Array(2);
    await runRefused(session, { x: tensor(Float32Array.of(-1, 3), [2]) }, { y: tensor(y, [2]) });
    expect([...y]).toEqual([0, 3]);
    const threeForTwo = { x: tensor(Float32Array.of(1, 2, 3), [3]) };
    await expect(runRefused(session, threeForTwo, { y: tensor(y, [2]) })).rejects.toThrow(/dimension/i);
    await expect(runRefused(session, {}, { y: tensor(y, [2]) })).rejects.toThrow(/'x' is missing/);
    await session.release();
  });

  it('do not hide that a step has failed', async () => {
    const graph = createGraph();
    const loss = mse(relu(input(graph, 'x', [2, 1])), input(graph, 'target', [2, 1]));
    const step = await compileTrainingStep(graph, loss, node, { intraOpNumThreads: 1 });
    const target = new Float32Array(2);
    expect(await step.run({ x: Float32Array.of(2, -1), target })).toBe(2);
    await expect(step.run({ x: new Float32Array(3), target })).rejects.toThrow();
    await step.release();
  });
});
