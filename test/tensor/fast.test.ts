import * as ort from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { buildNetwork, initialise } from '../../src/models/network.js';
import { randomFor } from '../../src/random.js';
import { accelerate } from '../../src/tensor/fast/accelerate.js';
import { blockSize } from '../../src/tensor/fast/block-size.js';
import { buffer, createGraph, input, parameter, type Value } from '../../src/tensor/graph.js';
import { mse } from '../../src/tensor/losses.js';
import { nodesFor } from '../../src/tensor/onnx/encode.js';
import { apply } from '../../src/tensor/operator.js';
import { add, batchNorm, conv, dropoutMask, maxPool, mul, reduceSum, relu } from '../../src/tensor/ops/index.js';
import { adam } from '../../src/tensor/optimisers/index.js';
import { compileTrainingStep } from '../../src/tensor/training-step.js';
import { type Shape, sizeOf } from '../../src/tensor/types.js';
import { expectClose } from './numbers.js';

const oneThread = { intraOpNumThreads: 1 };

interface Result {
  readonly loss: number;
  readonly gradients: Float32Array;
  /** After the step. */
  readonly buffers: Float32Array;
  readonly operators: readonly string[];
}

const block = await blockSize(ort, oneThread);

interface Variant {
  /** x is a picture that no gradient is wanted to. */
  readonly picture?: boolean;
  /** All numbers are small and whole, so that many are equal. */
  readonly ties?: boolean;
}

/**
 * The loss Σ r·build(x) and the gradients to x, which is a parameter here, and to the others: the plain way, the fast one
 * that any CPU can go, and the fast one of this CPU.
 */
async function allWays(
  shape: Shape,
  build: (x: Value) => Value,
  { picture = false, ties = false }: Variant = {},
): Promise<[Result, Result, Result]> {
  const results: Result[] = [];
  for (const way of ['plain', 'any CPU', 'this CPU']) {
    const graph = createGraph();
    const y = build((picture ? input : parameter)(graph, 'x', shape));
    const sum = reduceSum(mul(y, input(graph, 'r', y.shape)));
    const network =
      way === 'plain'
        ? { graph, outputs: [sum] as const }
        : accelerate(graph, [sum] as const, { block: way === 'any CPU' ? undefined : block });
    const step = await compileTrainingStep(network.graph, network.outputs[0], ort, { ...oneThread, plain: true });
    const random = randomFor(1, 'all ways');
    const number = () => (ties ? Math.round(random.normal() / 2) : random.normal());
    for (let i = 0; i < step.parameters.all.length; i++) step.parameters.all[i] = number();
    const [r, x] = [y.shape, shape].map((of) => Float32Array.from({ length: sizeOf(of) }, number));
    const operators = nodesFor(network.outputs).map(({ operator }) => operator);
    const loss = await step.run({ r: r!, x: x! });
    results.push({ loss, gradients: step.gradients.all.slice(), buffers: step.buffers.all.slice(), operators });
    await step.release();
  }
  return results as [Result, Result, Result];
}

const channels = 96;

describe('the fast way computes what the plain way does', () => {
  it.each([
    // Of 12 = 3 · 4 rows tiles of 4 are made, of 14 tiles of 2; odd extents stand over the edge.
    { h: 12, w: 12, pad: 1 },
    { h: 14, w: 6, pad: 1 },
    { h: 7, w: 9, pad: 0 },
    { h: 5, w: 4, pad: 2 },
    // Of these tiles are not joined; for the weight they are at 42 a picture, while of 51 there are products of each picture.
    { h: 26, w: 24, pad: 1 },
    { h: 6, w: 34, pad: 1 },
  ])('Winograd: $h×$w, padded by $pad', async ({ h, w, pad }) => {
    const build = (x: Value) =>
      conv(x, parameter(x.graph, 'w', [channels + 2, channels, 3, 3]), parameter(x.graph, 'b', [channels + 2]), {
        pad,
      });
    const [plain, ...fast] = await allWays([2, channels, h, w], build);
    expect(plain.operators).toContain('Conv');
    // Sums of up to 9 · 98 products of standard normals: 30 in size.
    for (const { operators, loss, gradients } of fast) {
      expect(operators).toContain('ConvTranspose');
      expect(Math.abs(loss - plain.loss)).toBeLessThan(0.02);
      expectClose(gradients, plain.gradients, 3e-4);
    }
  });

  it.each([
    { n: 2, channels: 16, out: 32, kernel: 5, options: {} },
    { n: 16, channels: 32, out: 16, kernel: 7, options: { pad: 3 } },
    { n: 32, channels: 16, out: 16, kernel: 3, options: { stride: 2, pad: 1 } },
    { n: 8, channels: 3, out: 16, kernel: 3, options: { dilation: 2 } },
    { n: 4, channels: 16, out: 16, kernel: 3, options: { stride: 3, pad: 1, dilation: 2 } },
    { n: 3, channels: 64, out: 64, kernel: 3, options: { pad: 1 } },
    { n: 18, channels: 1, out: 16, kernel: 5, options: {} },
    { n: 2, channels: 16, out: 32, kernel: 1, options: { stride: 2 } },
    { n: 2, channels: 32, out: 32, kernel: 3, options: { groups: 2 } },
    { n: 2, channels: 7, out: 9, kernel: 3, options: {} },
  ])('other convolutions: $n of $channels → $out, $kernel×$kernel, $options', async (shape) => {
    const { n, channels, out, kernel, options } = shape;
    const build = (x: Value) => {
      const weight = parameter(x.graph, 'w', [out, channels / ('groups' in options ? 2 : 1), kernel, kernel]);
      return conv(x, weight, parameter(x.graph, 'b', [out]), options);
    };
    const [plain, ...fast] = await allWays([n, channels, 12, 13], build);
    for (const { loss, gradients } of fast) {
      expect(Math.abs(loss - plain.loss)).toBeLessThan(0.02);
      expectClose(gradients, plain.gradients, 3e-4);
    }
  });

  it.each([
    { out: 16, bias: true, options: {} },
    { out: 5, bias: false, options: { stride: 2 } },
    { out: 16, bias: true, options: { pad: 1 } },
    { out: 4, bias: true, options: { groups: 2 } },
  ])('batch norm before a convolution: $out, bias $bias, $options', async ({ out, bias, options }) => {
    const build = (x: Value) => {
      const vector = (name: string, create = parameter) => create(x.graph, name, [16]);
      const statistics = { mean: vector('mean', buffer), variance: vector('variance', buffer) };
      const norm = { gamma: vector('gamma'), beta: vector('beta'), ...statistics };
      const weight = parameter(x.graph, 'w', [out, 'groups' in options ? 8 : 16, 3, 3]);
      return conv(
        batchNorm(x, norm, { training: true }),
        weight,
        bias ? parameter(x.graph, 'b', [out]) : undefined,
        options,
      );
    };
    const [plain, ...fast] = await allWays([3, 16, 6, 7], build);
    const folds = !('pad' in options || 'groups' in options);
    for (const { loss, gradients, buffers, operators } of fast) {
      expect(operators.includes('Sqrt')).toBe(folds);
      expect(Math.abs(loss - plain.loss)).toBeLessThan(0.01);
      expectClose(gradients, plain.gradients, 3e-4);
      expectClose(buffers, plain.buffers, 1e-6);
    }
  });

  it.each([0, 1e-5])('batch norm between blocked convolutions, epsilon %f', async (epsilon) => {
    for (const training of [true, false]) {
      const build = (x: Value) => {
        const weight = (name: string) => parameter(x.graph, name, [16, 16, 3, 3]);
        const vector = (name: string, create = parameter) => create(x.graph, name, [16]);
        const deviation = vector('deviation');
        const statistics = training
          ? { mean: vector('mean', buffer), variance: vector('variance', buffer) }
          : { mean: vector('mean'), variance: mul(deviation, deviation) };
        const norm = { gamma: vector('gamma'), beta: vector('beta'), ...statistics };
        return conv(batchNorm(conv(x, weight('w')), norm, { training, epsilon }), weight('v'), undefined, { pad: 1 });
      };
      const [plain, ...fast] = await allWays([3, 16, 6, 7], build);
      for (const { loss, gradients } of fast) {
        expect(Math.abs(loss - plain.loss)).toBeLessThan(1e-3 * Math.abs(plain.loss) + 0.02);
        expectClose(gradients, plain.gradients, 1e-3);
      }
    }
  });

  it('Relu before max pooling, where zeros tie', async () => {
    for (const options of [{ kernel: 2 }, { kernel: 3, stride: 2, pad: 1 }]) {
      const [plain, fast] = await allWays([2, 3, 8, 10], (x) => maxPool(relu(x), options));
      expect(plain.operators.indexOf('MaxPool')).toBeGreaterThan(plain.operators.indexOf('Relu'));
      expect(fast.operators.lastIndexOf('Relu')).toBeGreaterThan(fast.operators.indexOf('MaxPool'));
      expect(fast.loss).toBe(plain.loss);
      expectClose(fast.gradients, plain.gradients, 1e-12);
    }
  });
});

describe('convolution, Relu and max pooling in one', () => {
  it.each([
    { n: 4, channels: 1, out: 32, kernel: 7, h: 17, w: 20 },
    { n: 16, channels: 1, out: 16, kernel: 5, h: 15, w: 14, pad: 2 },
    { n: 2, channels: 16, out: 16, kernel: 3, h: 12, w: 13, pad: 1 },
    { n: 16, channels: 32, out: 16, kernel: 5, h: 13, w: 10 },
    { n: 3, channels: 3, out: 16, kernel: 2, h: 9, w: 9, dilation: 2 },
    { n: 3, channels: 16, out: 16, kernel: 1, h: 5, w: 4, pad: 1 },
    { n: 18, channels: 2, out: 16, kernel: 3, h: 8, w: 8 },
    { n: 2, channels: 2, out: 9, kernel: 3, h: 8, w: 8 },
  ])('$n of $channels → $out, $kernel×$kernel, on $h×$w', async ({ n, channels, out, kernel, h, w, ...options }) => {
    const build = (x: Value) => {
      const weight = parameter(x.graph, 'w', [out, channels, kernel, kernel]);
      return maxPool(relu(conv(x, weight, parameter(x.graph, 'b', [out]), options)), { kernel: 2 });
    };
    for (const picture of [true, false]) {
      for (const ties of [true, false]) {
        const [plain, anyCpu, thisCpu] = await allWays([n, channels, h, w], build, { picture, ties });
        expect(anyCpu.operators).toContain('MaxPool');
        if (block && out % block === 0 && (n % block === 0 || n < block) && kernel > 1) {
          expect(thisCpu.operators).not.toContain('MaxPool');
        }
        for (const { loss, gradients } of [anyCpu, thisCpu]) {
          expect(Math.abs(loss - plain.loss)).toBeLessThan(0.02);
          // Sums of small whole numbers are exact, so that who of equal ones wins must agree in each window.
          expectClose(gradients, plain.gradients, ties ? 1e-12 : 3e-4);
        }
      }
    }
  });
});

describe('tall kernels between many channels, by rows', () => {
  const weights = (x: Value, out: number, channels: number, kernel: number) =>
    [parameter(x.graph, 'w', [out, channels, kernel, kernel]), parameter(x.graph, 'b', [out])] as const;

  it.each([
    { n: 16, channels: 32, out: 32, kernel: 7, h: 19, w: 14 },
    { n: 16, channels: 32, out: 32, kernel: 5, h: 21, w: 25, pad: 2 },
    { n: 32, channels: 16, out: 48, kernel: 7, h: 16, w: 17, pad: 1 },
  ])(
    'pooled: $n of $channels → $out, $kernel×$kernel, on $h×$w',
    async ({ n, channels, out, kernel, h, w, ...rest }) => {
      const build = (x: Value) => maxPool(relu(conv(x, ...weights(x, out, channels, kernel), rest)), { kernel: 2 });
      const [plain, , fast] = await allWays([n, channels, h, w], build);
      if (block === 16) expect(fast.operators).toContain('Gather');
      expect(Math.abs(fast.loss - plain.loss)).toBeLessThan(1e-4 * Math.abs(plain.loss) + 0.1);
      // Rounding may decide otherwise which pixel of a window is the largest, rarely.
      const off = errors(fast.gradients, plain.gradients).sort();
      expect(off[Math.floor(0.9 * off.length)]).toBeLessThan(2e-5);
    },
  );

  it('pooled, padded above only, the last row left out', async () => {
    const build = (x: Value) => {
      const attributes = { kernel_shape: [7, 7], pads: [1, 0, 0, 0] };
      return maxPool(relu(apply('Conv', [x, ...weights(x, 32, 32, 7)], attributes)), { kernel: 2 });
    };
    const [plain, , fast] = await allWays([16, 32, 18, 16], build);
    if (block === 16) expect(fast.operators).toContain('Gather');
    const off = errors(fast.gradients, plain.gradients).sort();
    expect(off[Math.floor(0.9 * off.length)]).toBeLessThan(2e-5);
  });

  it.each([
    { n: 16, channels: 16, out: 32, kernel: 7, options: { pad: 3 } },
    { n: 32, channels: 32, out: 16, kernel: 5, options: {} },
    { n: 3, channels: 64, out: 96, kernel: 3, options: { pad: 1 } },
    { n: 4, channels: 96, out: 64, kernel: 3, options: {} },
  ])('not pooled: $n of $channels → $out, $kernel×$kernel, $options', async (shape) => {
    const { n, channels, out, kernel, options } = shape;
    const build = (x: Value) => conv(x, ...weights(x, out, channels, kernel), options);
    const [plain, , fast] = await allWays([n, channels, 25, 23], build);
    const ofWeights = (gradients: Float32Array) => gradients.subarray(n * channels * 25 * 23);
    const off = errors(ofWeights(fast.gradients), ofWeights(plain.gradients));
    expect(off.reduce((a, b) => Math.max(a, b))).toBeLessThan(1e-4);
    expectClose(fast.gradients.subarray(0, -off.length), plain.gradients.subarray(0, -off.length), 3e-4);
  });

  /** How far each is off, as a part of the root mean square. */
  function errors(actual: Float32Array, expected: Float32Array): Float32Array {
    const size = Math.sqrt(expected.reduce((sum, x) => sum + x * x, 0) / expected.length);
    return actual.map((x, i) => Math.abs(x - expected[i]!) / size);
  }
});

describe('convolution, batch norm, Relu and max pooling of overlapping windows in one', () => {
  const pool = { kernel: 3, stride: 2, pad: 1 };
  it.each([
    { channels: 1, kernel: 3, h: 12, w: 16, pad: 1, apart: true },
    { channels: 1, kernel: 3, h: 12, w: 16, pad: 1, apart: true, bias: false },
    { channels: 3, kernel: 3, h: 8, w: 8, pad: 0, apart: true },
    { channels: 3, kernel: 7, h: 10, w: 8, pad: 3, apart: true },
    { channels: 2, kernel: 2, h: 9, w: 13, pad: 0, apart: true },
    { channels: 16, kernel: 3, h: 6, w: 2, pad: 1, apart: true },
    { channels: 1, kernel: 3, h: 11, w: 12, pad: 1, apart: false },
    { channels: 1, kernel: 3, h: 12, w: 9, pad: 1, apart: false },
    { channels: 1, kernel: 5, h: 12, w: 12, pad: 2, stride: 2, apart: false },
  ])('of $channels, $kernel×$kernel, on $h×$w', async ({ channels, kernel, h, w, apart, bias = true, ...options }) => {
    const build = (x: Value) => {
      const { graph } = x;
      const weight = parameter(graph, 'w', [5, channels, kernel, kernel]);
      const [gamma, beta] = ['gamma', 'beta'].map((name) => parameter(graph, name, [5])) as [Value, Value];
      const [mean, variance] = ['mean', 'variance'].map((name) => buffer(graph, name, [5])) as [Value, Value];
      const y = conv(x, weight, bias ? parameter(graph, 'b', [5]) : undefined, options);
      return maxPool(relu(batchNorm(y, { gamma, beta, mean, variance }, { training: true })), pool);
    };
    for (const picture of [true, false]) {
      for (const ties of [true, false]) {
        const [plain, ...fast] = await allWays([3, channels, h, w], build, { picture, ties });
        for (const { loss, gradients, buffers, operators } of fast) {
          expect(operators.includes('MaxPool')).toBe(!apart);
          // Statistics by patches of the network's own input.
          expect(operators.includes('FusedMatMul')).toBe(apart && picture && channels * kernel * kernel <= 32);
          expect(Math.abs(loss - plain.loss)).toBeLessThan(1e-3);
          expectClose(gradients, plain.gradients, 1e-3);
          expectClose(buffers, plain.buffers, 1e-5);
          expect(buffers.some((number) => number !== 0)).toBe(true);
        }
      }
    }
  });

  it('leaves what others read of it', async () => {
    const build = (x: Value) => {
      const { graph } = x;
      const [gamma, beta] = ['gamma', 'beta'].map((name) => parameter(graph, name, [4])) as [Value, Value];
      const [mean, variance] = ['mean', 'variance'].map((name) => buffer(graph, name, [4])) as [Value, Value];
      const y = conv(x, parameter(graph, 'w', [4, 1, 3, 3]), undefined, { pad: 1 });
      const rectified = relu(batchNorm(y, { gamma, beta, mean, variance }, { training: true }));
      return add(reduceSum(rectified, [2, 3]), reduceSum(maxPool(rectified, pool), [2, 3]));
    };
    const [plain, ...fast] = await allWays([2, 1, 8, 8], build);
    for (const { loss, gradients } of fast) {
      expect(Math.abs(loss - plain.loss)).toBeLessThan(1e-3);
      expectClose(gradients, plain.gradients, 1e-3);
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

describe('the blocked layout', () => {
  it('is not found where the runtime has none', async () => {
    web.env.wasm.numThreads = 1;
    expect(await blockSize(web, { executionProviders: ['wasm'] })).toBeUndefined();
  });
});
