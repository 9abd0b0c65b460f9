import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../src/models/network.js';
import { randomFor } from '../../src/random.js';
import { foldBatchNorm, type Weighted } from '../../src/tensor/fold/fold-batch-norm.js';
import { buffer, createGraph, type Graph, input, parameter, type Value } from '../../src/tensor/graph.js';
import { decodeModel } from '../../src/tensor/onnx/decode.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { apply } from '../../src/tensor/operator.js';
import { add, batchNorm, conv, flatten, linear, maxPool, relu } from '../../src/tensor/ops/index.js';
import type { TensorData } from '../../src/tensor/types.js';
import { sizeOf } from '../../src/tensor/types.js';
import { expectClose } from './numbers.js';

/** Weights and statistics as after a training: factors of both signs, unless `positive`. */
function trained({ parameters, buffers }: Graph, { positive = false } = {}): Map<Value, TensorData> {
  const drawn = new Map<Value, TensorData>();
  for (const value of [...parameters, ...buffers]) {
    const random = randomFor(1, value.name);
    const size = sizeOf(value.shape);
    const spread = value.shape.length > 1 ? Math.sqrt(2 / (size / value.shape[0]!)) : 1;
    const draw = () => {
      if (value.name.endsWith('running_var')) return 0.2 + random.uniform();
      const isFactor = value.shape.length === 1 && value.name.endsWith('.weight');
      return positive && isFactor ? 0.5 + random.uniform() : spread * random.normal();
    };
    drawn.set(value, Float32Array.from({ length: size }, draw));
  }
  return drawn;
}

const encoded = ({ outputs, weights }: Weighted) =>
  encodeModel(outputs, { weights, outputNames: outputs.map((_, i) => `y${i}`), freeBatch: 'n' }).bytes;

async function run(model: Weighted, image: Value): Promise<Float32Array[]> {
  const session = await ort.InferenceSession.create(encoded(model), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const random = randomFor(1, 'image');
  const noise = Float32Array.from({ length: sizeOf(image.shape) }, () => random.normal());
  const results = await session.run({ [image.name]: new ort.Tensor('float32', noise, image.shape) });
  await session.release();
  return model.outputs.map((_, i) => results[`y${i}`]!.data as Float32Array);
}

const remaining = ({ outputs }: Weighted): number =>
  outputs[0]!.graph.nodes.filter(({ operator }) => operator === 'BatchNormalization').length;

/** Folded, a model must compute the same, to `tolerance` of its largest output. Gives the folded one. */
async function expectSame(outputs: readonly Value[], options = {}, tolerance = 1e-5): Promise<Weighted> {
  const { graph } = outputs[0]!;
  const model = { outputs, weights: trained(graph, options) };
  const folded = foldBatchNorm(model);
  const [before, after] = [await run(model, graph.inputs[0]!), await run(folded, graph.inputs[0]!)];
  for (const [i, right] of before.entries()) {
    const size = right.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
    const scaled = (list: Float32Array) => list.map((x) => x / size);
    expectClose(scaled(after[i]!), scaled(right), tolerance);
  }
  return folded;
}

/** A batch norm with weights of its own, named as layers name them. */
function norm(x: Value, name: string): Value {
  const shape = [x.shape[1]!];
  const [gamma, beta] = [parameter(x.graph, `${name}.weight`, shape), parameter(x.graph, `${name}.bias`, shape)];
  const [mean, variance] = ['running_mean', 'running_var'].map((of) => buffer(x.graph, `${name}.${of}`, shape));
  return batchNorm(x, { gamma, beta, mean: mean!, variance: variance! }, { training: false });
}

const image = (shape: readonly number[]) => input(createGraph(), 'image', shape);
const weight = (x: Value, name: string, shape: readonly number[]) => parameter(x.graph, `${name}.weight`, shape);

describe('batch norm is folded', () => {
  it.each([
    { name: 'cnn1', size: [80, 60], points: 1 },
    { name: 'cnn2', size: [160, 120], points: 58 },
    { name: 'resnet18', size: [64, 64], points: 68, channels: 16 },
  ])('in $name, of which nothing but layers remains', async ({ name, size, points, channels }) => {
    const [height, width] = size as [number, number];
    const settings = { model: { name, channels }, input: { channels: 1, height, width }, points };
    const network = buildNetwork(settings, { training: false, batch: 3 });
    const folded = await expectSame([network.points]);
    expect(remaining(folded)).toBe(0);
    const names = [...folded.weights.keys()].map((value) => value.name).sort();
    const layers = network.graph.parameters.filter(({ shape }) => shape.length > 1).map((value) => value.name);
    const biases = layers.map((layer) => layer.replace(/weight$/, 'bias'));
    expect(names).toEqual([...layers, ...biases].sort());
    // Read again, the model holds what was stored and nothing else.
    const { graph } = decodeModel(encoded(folded));
    expect(graph.parameters.map((value) => value.name).sort()).toEqual(names);
    expect(graph.buffers).toEqual([]);
  });

  it('into a grouped convolution, before and behind', async () => {
    const x = image([2, 4, 6, 5]);
    const y = conv(norm(x, 'n1'), weight(x, 'conv', [6, 2, 3, 3]), undefined, { groups: 2 });
    expect(remaining(await expectSame([norm(norm(y, 'n2'), 'n3')]))).toBe(0);
  });

  it('into a matrix that is stored the other way round, and into all that reads it', async () => {
    const x = image([2, 3, 4, 4]);
    const features = flatten(norm(x, 'n1'));
    const other = apply('Gemm', [features, weight(x, 'other', [48, 5]), parameter(x.graph, 'other.bias', [5])]);
    const folded = await expectSame([linear(features, weight(x, 'fc', [7, 48])), other]);
    expect(remaining(folded)).toBe(0);
  });

  it('through max pooling where all factors are positive', async () => {
    const build = () => {
      const x = image([1, 3, 6, 6]);
      return conv(maxPool(norm(x, 'n1'), { kernel: 2 }), weight(x, 'conv', [2, 3, 2, 2]));
    };
    expect(remaining(await expectSame([build()], { positive: true }))).toBe(0);
    expect(remaining(await expectSame([build()]))).toBe(1);
  });
});

describe('batch norm stays', () => {
  it('before padding, which it does not reach', async () => {
    const x = image([1, 3, 6, 6]);
    expect(
      remaining(await expectSame([conv(norm(x, 'n'), weight(x, 'conv', [2, 3, 3, 3]), undefined, { pad: 1 })])),
    ).toBe(1);
  });

  it('behind a layer that something else reads, and where it is itself asked for', async () => {
    const x = image([1, 3, 6, 6]);
    const y = conv(x, weight(x, 'conv1', [3, 3, 3, 3]));
    expect(remaining(await expectSame([add(relu(y), norm(y, 'n1'))]))).toBe(1);
    const z = norm(relu(x), 'n2');
    expect(remaining(await expectSame([z, conv(z, weight(x, 'conv2', [3, 3, 1, 1]))]))).toBe(1);
  });

  it('before a layer whose weights are computed', async () => {
    const x = image([1, 3, 6, 6]);
    const kernel = relu(weight(x, 'conv', [2, 3, 3, 3]));
    expect(remaining(await expectSame([conv(norm(x, 'n'), kernel)]))).toBe(1);
  });
});

/** What a random network is made of; each gives what the next one reads. */
const steps = {
  valid: (x: Value, name: string) =>
    conv(x, weight(x, name, [4, x.shape[1]!, 3, 3]), parameter(x.graph, `${name}.bias`, [4])),
  padded: (x: Value, name: string) => conv(x, weight(x, name, [4, x.shape[1]!, 3, 3]), undefined, { pad: 1 }),
  strided: (x: Value, name: string) =>
    conv(x, weight(x, name, [4, x.shape[1]! / 2, 1, 1]), undefined, { stride: 2, groups: 2 }),
  norm,
  relu: (x: Value) => relu(x),
  pool: (x: Value) => maxPool(x, { kernel: 2, stride: 1, pad: 1 }),
  around: (x: Value, name: string) => add(x, norm(x, name)),
};
const spatial = fc.array(fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])), { maxLength: 9 });

describe('random networks', () => {
  it('compute the same when folded, with any number of outputs', async () => {
    await fc.assert(
      fc.asyncProperty(spatial, fc.array(fc.nat(9), { maxLength: 2 }), fc.boolean(), async (names, taken, positive) => {
        const values = [image([2, 4, 9, 8])];
        for (const [i, name] of names.entries()) {
          const x = values.at(-1)!;
          if (name !== 'valid' || Math.min(...x.shape.slice(2)) >= 3) values.push(steps[name](x, `${name}${i}`));
        }
        const features = flatten(norm(values.at(-1)!, 'n'));
        const outputs = [linear(features, weight(features, 'fc', [3, features.shape[1]!]))];
        for (const at of taken) if (values[at]?.producer) outputs.push(values[at]);
        const folded = await expectSame(outputs, { positive }, 2e-5);
        expect(remaining(folded)).toBeLessThanOrEqual(remaining({ outputs, weights: new Map() }));
      }),
      { numRuns: 60 },
    );
  });
});
