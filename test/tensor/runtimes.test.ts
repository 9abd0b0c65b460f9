import * as node from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../../src/random.js';
import type { Value } from '../../src/tensor/graph.js';
import { buffer, createGraph, input, parameter } from '../../src/tensor/graph.js';
import { fanIn, fanInUniform } from '../../src/tensor/initialise.js';
import { mse } from '../../src/tensor/losses.js';
import { batchNorm, conv, dropout, dropoutMask, flatten, linear, maxPool, relu } from '../../src/tensor/ops/index.js';
import { adam } from '../../src/tensor/optimisers/index.js';
import type { Runtime, SessionOptions } from '../../src/tensor/runtime.js';
import { compileTrainingStep } from '../../src/tensor/training-step.js';
import { expectClose } from './numbers.js';

web.env.wasm.numThreads = 1;

const batch = 4;
const channels = 8;

/** The seed's CNN1 with fewer channels, and dropout before its last layer. */
function cnn1() {
  const graph = createGraph();
  const image = input(graph, 'image', [batch, 1, 80, 60]);
  let y = image;
  for (const [i, kernel] of [7, 5, 3, 3].entries()) {
    const weight = parameter(graph, `conv${i}.weight`, [channels, y.shape[1]!, kernel, kernel]);
    y = maxPool(relu(conv(y, weight, parameter(graph, `conv${i}.bias`, [channels]))), { kernel: 2 });
    const [gamma, beta] = ['weight', 'bias'].map((name) => parameter(graph, `norm${i}.${name}`, [channels]));
    const [mean, variance] = ['mean', 'variance'].map((name) => buffer(graph, `norm${i}.${name}`, [channels]));
    y = batchNorm(y, { gamma: gamma!, beta: beta!, mean: mean!, variance: variance! }, { training: true });
  }
  const full = (name: string, x: Value, out: number) =>
    linear(x, parameter(graph, `${name}.weight`, [out, x.shape[1]!]), parameter(graph, `${name}.bias`, [out]));
  y = relu(full('fc1', flatten(y), 32));
  const points = full('fc2', dropout(y, 0.2, { training: true }), 2);
  return { graph, loss: mse(points, input(graph, 'target', [batch, 2])) };
}

/** The losses of some steps of training, and the weights after. */
async function train(runtime: Runtime, options: SessionOptions) {
  const { graph, loss } = cnn1();
  const step = await compileTrainingStep(graph, loss, runtime, options);
  for (const [name, { shape, data }] of step.parameters.tensors) {
    if (name.startsWith('norm')) data.fill(name.endsWith('weight') ? 1 : 0);
    else fanInUniform(shape.length > 1 ? fanIn(shape) : 64)(data, randomFor(7, name));
  }
  const before = step.parameters.all.slice();
  const optimiser = adam(before.length);
  const losses: number[] = [];
  for (let i = 0; i < 6; i++) {
    const random = randomFor(7, 'batch', i);
    const image = Float32Array.from({ length: batch * 80 * 60 }, () => random.uniform(-0.5, 0.5));
    const target = Float32Array.from({ length: batch * 2 }, () => random.uniform());
    const masks = graph.dropouts.map(({ mask, rate }) => [mask.name, dropoutMask(random, mask.shape, rate)]);
    losses.push(await step.run({ image, target, ...Object.fromEntries(masks) }));
    optimiser.step(step.parameters.all, step.gradients.all, 1e-3, i);
  }
  const result = { losses, gradients: step.gradients.all.slice(), buffers: step.buffers.all.slice() };
  await step.release();
  return result;
}

describe('one graph, two runtimes', () => {
  it("CNN1 trains under onnxruntime-web's wasm as under onnxruntime-node", async () => {
    const here = await train(node, { intraOpNumThreads: 1 });
    const there = await train(web, { executionProviders: ['wasm'] });
    expect(new Set(here.losses).size).toBe(6);
    expectClose(there.losses, here.losses, 1e-3);
    expectClose(there.buffers, here.buffers, 1e-3);
    expect(there.gradients.some((gradient) => gradient !== 0)).toBe(true);
  });

  it('the same seed gives the same losses, bit for bit', async () => {
    const first = await train(node, { intraOpNumThreads: 1 });
    const second = await train(node, { intraOpNumThreads: 1 });
    expect(second.losses).toEqual(first.losses);
    expect(second.gradients).toEqual(first.gradients);
  });
});
