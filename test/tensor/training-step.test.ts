import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/tensor/gradient.js';
import { createGraph, input, parameter } from '../../src/tensor/graph.js';
import { apply, defineOperator } from '../../src/tensor/operator.js';
import { add, mul, reduceSum } from '../../src/tensor/ops/index.js';
import { briefSpinning, type Runtime, type SessionOptions } from '../../src/tensor/runtime.js';
import { compileTrainingStep, type TrainingOptions } from '../../src/tensor/training-step.js';

const oneThread = { intraOpNumThreads: 1 };

describe('a training step', () => {
  it('gives each parameter its gradient, also where two have the same and one has none', async () => {
    const graph = createGraph();
    const x = input(graph, 'x', [2]);
    const [a, b, unused] = ['a', 'b', 'unused'].map((name) => parameter(graph, name, [2]));
    const step = await compileTrainingStep(graph, reduceSum(mul(add(a!, b!), x)), ort, oneThread);
    step.parameters.tensors.get('a')!.data.set([1, 2]);
    step.gradients.all.fill(9);
    expect(await step.run({ x: Float32Array.of(3, 5) })).toBe(13);
    expect([...step.gradients.all]).toEqual([3, 5, 3, 5, 0, 0]);
    expect(await step.run({ x: Float32Array.of(1, 0) })).toBe(1);
    expect([...step.gradients.tensors.get('b')!.data]).toEqual([1, 0]);
    expect(unused!.shape).toEqual([2]);
    await step.release();
  });

  it('reads the parameters anew each time', async () => {
    const graph = createGraph();
    const a = parameter(graph, 'a', [3]);
    const step = await compileTrainingStep(graph, reduceSum(mul(a, a)), ort, oneThread);
    for (const value of [1, 2, 3]) {
      step.parameters.all.fill(value);
      expect(await step.run({})).toBe(3 * value * value);
      expect([...step.gradients.all]).toEqual(Array(3).fill(2 * value));
    }
    await step.release();
  });

  it('goes on with the weights of another step, in place', async () => {
    const stepFor = (length: number, weights?: TrainingOptions['weights']) => {
      const graph = createGraph();
      const scaled = mul(parameter(graph, 'a', [1]), input(graph, 'x', [length]));
      return compileTrainingStep(graph, reduceSum(scaled), ort, { ...oneThread, ...(weights ? { weights } : {}) });
    };
    const small = await stepFor(2);
    const large = await stepFor(3, small);
    small.parameters.all[0] = 4;
    expect(await large.run({ x: Float32Array.of(1, 2, 3) })).toBe(24);
    expect([...small.gradients.all]).toEqual([6]);
    await small.release();
    await large.release();
  });

  it('lets threads that wait spin briefly, unless told otherwise', async () => {
    const seen: unknown[] = [];
    const create = (model: Uint8Array, options: SessionOptions) => {
      seen.push(options.extra);
      return ort.InferenceSession.create(model, options);
    };
    const runtime = { ...ort, InferenceSession: { create } } as unknown as Runtime;
    const graph = createGraph();
    const a = parameter(graph, 'a', [3]);
    for (const options of [oneThread, { ...oneThread, extra: {} }]) {
      await (await compileTrainingStep(graph, reduceSum(mul(a, a)), runtime, { ...options, plain: true })).release();
    }
    expect(seen).toContainEqual(briefSpinning.extra);
    expect(seen.at(-1)).toEqual({});
  });

  it('says which input the batch lacks', async () => {
    const graph = createGraph();
    const loss = reduceSum(mul(input(graph, 'image', [2]), parameter(graph, 'a', [2])));
    const step = await compileTrainingStep(graph, loss, ort, oneThread);
    await expect(step.run({})).rejects.toThrow("the batch lacks 'image'");
    await step.release();
  });
});

describe('the gradient pass', () => {
  it('wants a loss of one element', () => {
    const x = input(createGraph(), 'x', [2, 3]);
    expect(() => gradients(x, [x])).toThrow('must be one element, not [2, 3]');
  });

  it('names an operator without a rule', () => {
    defineOperator('Ceil', { infer: ([x]) => [x!] });
    const x = input(createGraph(), 'x', [2]);
    expect(() => gradients(reduceSum(apply('Ceil', [x])), [x])).toThrow('operator Ceil');
  });
});
