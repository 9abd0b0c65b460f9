import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { buildNetwork, initialise } from '../../src/models/network.js';
import { randomFor } from '../../src/random.js';
import { accelerate } from '../../src/tensor/fast/accelerate.js';
import { createGraph, input, parameter, type Value } from '../../src/tensor/graph.js';
import { mse } from '../../src/tensor/losses.js';
import { conv, dropoutMask, maxPool, mul, reduceSum, relu } from '../../src/tensor/ops/index.js';
import { adam } from '../../src/tensor/optimisers/index.js';
import { compileTrainingStep } from '../../src/tensor/training-step.js';
import { type Shape, sizeOf } from '../../src/tensor/types.js';
import { expectClose } from './numbers.js';

const oneThread = { intraOpNumThreads: 1 };

/** The loss Σ r·build(x) and the gradient to x, which is a parameter here, and to the others, both ways. */
async function bothWays(shape: Shape, build: (x: Value) => Value) {
  const results: { loss: number; gradients: Float32Array; operators: string[] }[] = [];
  for (const plain of [true, false]) {
    const graph = createGraph();
    const y = build(parameter(graph, 'x', shape));
    const loss = reduceSum(mul(y, input(graph, 'r', y.shape)));
    const operators = (plain ? graph : accelerate(graph, loss).graph).nodes.map(({ operator }) => operator);
    const step = await compileTrainingStep(graph, loss, ort, { ...oneThread, plain });
    const random = randomFor(1, 'both ways');
    for (let i = 0; i < step.parameters.all.length; i++) step.parameters.all[i] = random.normal();
    const r = Float32Array.from({ length: sizeOf(y.shape) }, () => random.normal());
    results.push({ loss: await step.run({ r }), gradients: step.gradients.all.slice(), operators });
    await step.release();
  }
  return results as [(typeof results)[0], (typeof results)[0]];
}

const channels = 96;

describe('the fast way computes what the plain way does', () => {
  it.each([
    // Of 12 = 3 · 4 rows tiles of 4 are made, of 14 tiles of 2; odd extents stand over the edge.
    { h: 12, w: 12, pad: 1 },
    { h: 14, w: 6, pad: 1 },
    { h: 7, w: 9, pad: 0 },
    { h: 5, w: 4, pad: 2 },
  ])('Winograd: $h×$w, padded by $pad', async ({ h, w, pad }) => {
    const build = (x: Value) =>
      conv(x, parameter(x.graph, 'w', [channels + 2, channels, 3, 3]), parameter(x.graph, 'b', [channels + 2]), {
        pad,
      });
    const [plain, fast] = await bothWays([2, channels, h, w], build);
    expect(plain.operators).toContain('Conv');
    expect(fast.operators).toContain('ConvTranspose');
    // Sums of up to 9 · 98 products of standard normals: 30 in size.
    expect(Math.abs(fast.loss - plain.loss)).toBeLessThan(0.02);
    expectClose(fast.gradients, plain.gradients, 3e-4);
  });

  it('Relu before max pooling, where zeros tie', async () => {
    for (const options of [{ kernel: 2 }, { kernel: 3, stride: 2, pad: 1 }]) {
      const [plain, fast] = await bothWays([2, 3, 8, 10], (x) => maxPool(relu(x), options));
      expect(plain.operators.indexOf('MaxPool')).toBeGreaterThan(plain.operators.indexOf('Relu'));
      expect(fast.operators.lastIndexOf('Relu')).toBeGreaterThan(fast.operators.indexOf('MaxPool'));
      expect(fast.loss).toBe(plain.loss);
      expect(fast.gradients).toEqual(plain.gradients);
    }
  });
});

/** A built-in network that learns one batch of noise by Adam, computed the plain or the fast way. */
async function training(name: string, plain: boolean, size: { height: number; width: number; channels?: number }) {
  const { height, width, channels } = size;
  const settings = { model: { name, channels }, input: { channels: 1, height, width }, points: 4 };
  const network = buildNetwork(settings, { training: true, batch: 2 });
  const { graph, image, points } = network;
  const target = input(graph, 'target', points.shape);
  const { run, parameters, buffers, gradients, release } = await compileTrainingStep(graph, mse(points, target), ort, {
    ...oneThread,
    plain,
  });
  initialise(network, [parameters, buffers], 3);
  const random = randomFor(3, 'batch');
  const data: Record<string, Float32Array> = {
    image: Float32Array.from({ length: sizeOf(image.shape) }, () => random.normal()),
    target: Float32Array.from({ length: sizeOf(target.shape) }, () => random.uniform()),
  };
  const optimiser = adam(parameters.all.length);
  let made = 0;
  const loss = () => {
    for (const { mask, rate } of graph.dropouts) data[mask.name] = dropoutMask(random, mask.shape, rate);
    return run(data);
  };
  const learn = () => optimiser.step(parameters.all, gradients.all, 1e-4, made++);
  return { loss, learn, parameters, gradients, release };
}

describe('twenty steps of training, both ways', () => {
  it.each([
    { name: 'cnn1', height: 80, width: 60 },
    { name: 'cnn2', height: 160, width: 120 },
  ])('$name: losses agree to 1e-4', async ({ name, ...size }) => {
    const losses: number[][] = [];
    for (const plain of [true, false]) {
      const { loss, learn, release } = await training(name, plain, size);
      const list: number[] = [];
      for (let i = 0; i < 20; i++) {
        list.push(await loss());
        learn();
      }
      losses.push(list);
      await release();
    }
    expect(losses[0]!.at(-1)).toBeLessThan(losses[0]![0]!);
    expectClose(losses[1]!, losses[0]!, 1e-4);
  });

  // A last bit changed in the picture alone moves this network's loss by 1e-3 after 10 steps, for Adam makes full steps of
  // gradients that are rounding noise: so the ways are compared at the same weights, all along the plain way.
  it('resnet18: losses agree to 1e-5 at the same weights', async () => {
    const size = { height: 32, width: 32, channels: 48 };
    const plain = await training('resnet18', true, size);
    const fast = await training('resnet18', false, size);
    const losses: [number[], number[]] = [[], []];
    for (let i = 0; i < 20; i++) {
      fast.parameters.all.set(plain.parameters.all);
      losses[0].push(await plain.loss());
      losses[1].push(await fast.loss());
      plain.learn();
    }
    expectClose(losses[1], losses[0], 1e-5);
    await plain.release();
    await fast.release();
  });
});
