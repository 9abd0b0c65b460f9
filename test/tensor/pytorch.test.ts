import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/tensor/gradient.js';
import type { Graph, Value } from '../../src/tensor/graph.js';
import { buffer, createGraph, input } from '../../src/tensor/graph.js';
import type { Loss } from '../../src/tensor/losses.js';
import { huber, l1, mse, smoothL1, wing } from '../../src/tensor/losses.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import {
  add,
  batchNorm,
  conv,
  dropout,
  flatten,
  globalAveragePool,
  linear,
  maxPool,
  mul,
  reduceSum,
  relu,
} from '../../src/tensor/ops/index.js';
import { compileTrainingStep } from '../../src/tensor/training-step.js';
import type { FixtureTensor } from './fixtures.js';
import { fixtures, floats } from './fixtures.js';
import { expectClose } from './numbers.js';

interface Case {
  readonly name: string;
  readonly inputs: Record<string, FixtureTensor>;
  readonly output: FixtureTensor;
  readonly grad_output: FixtureTensor;
  readonly grad_inputs: Record<string, FixtureTensor>;
}

type Values = Readonly<Record<string, Value>>;

/** Runs a graph of the case's inputs; the output and the gradients must be the case's, to 1e-5. */
async function compare(
  { inputs, output, grad_output, grad_inputs }: Case,
  build: (values: Values, graph: Graph) => Value,
  more: Readonly<Record<string, FixtureTensor>> = {},
): Promise<void> {
  const graph = createGraph();
  const values: Record<string, Value> = {};
  for (const [name, { shape }] of Object.entries({ ...inputs, ...more })) values[name] = input(graph, name, shape);
  const y = build(values, graph);
  expect(y.shape).toEqual(output.shape);
  const upstream = input(graph, 'upstream', output.shape);
  const names = Object.keys(grad_inputs);
  const grads = gradients(
    reduceSum(mul(y, upstream)),
    names.map((name) => values[name]!),
  );
  const encoded = encodeModel([y, ...grads], { outputNames: ['y', ...names.map((name) => `d ${name}`)] });
  const session = await ort.InferenceSession.create(encoded.bytes, { intraOpNumThreads: 1 });
  const tensors: Record<string, FixtureTensor> = {
    ...inputs,
    ...more,
    upstream: grad_output,
    dropout_mask: more.mask!,
  };
  const feeds = encoded.inputs.map(({ name, shape }) => [
    name,
    new ort.Tensor('float32', floats(tensors[name]!), shape),
  ]);
  const results = await session.run(Object.fromEntries(feeds));
  expectClose(results.y!.data as Float32Array, floats(output));
  for (const name of names) expectClose(results[`d ${name}`]!.data as Float32Array, floats(grad_inputs[name]!));
  await session.release();
}

describe('conv as PyTorch', () => {
  type ConvCase = Case & { readonly stride: number; readonly pad: number };
  it.each(fixtures<ConvCase>('conv2d'))('$name', async (one) => {
    await compare(one, ({ x, weight, bias }) => conv(x!, weight!, bias, one));
  });
});

describe('maxPool as PyTorch', () => {
  type PoolCase = Case & {
    readonly kernel: number;
    readonly stride: number;
    readonly pad: number;
    readonly indices_in_plane: FixtureTensor;
  };
  it.each(fixtures<PoolCase>('maxpool2d'))('$name', async (one) => {
    await compare(one, ({ x }) => maxPool(x!, one));

    const graph = createGraph();
    const shape = one.inputs.x!.shape;
    const pooled = maxPool(input(graph, 'x', shape), one);
    const { bytes } = encodeModel(pooled.producer!.outputs.slice(), { outputNames: ['y', 'indices'] });
    const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
    const { indices } = await session.run({ x: new ort.Tensor('float32', floats(one.inputs.x!), shape) });
    const plane = shape[2]! * shape[3]!;
    expect(Array.from(indices!.data as BigInt64Array, (at) => Number(at) % plane)).toEqual(
      one.indices_in_plane.data.flat(),
    );
    await session.release();
  });
});

describe('batch normalisation as PyTorch', () => {
  type NormCase = Case & { readonly eps: number; readonly momentum?: number } & Record<string, FixtureTensor>;
  const cases = fixtures<NormCase>('batchnorm2d');

  it.each(cases.filter(({ name }) => name.startsWith('eval')))('$name', async (one) => {
    const statistics = { running_mean: one.running_mean!, running_var: one.running_var! };
    await compare(
      one,
      ({ x, weight, bias, running_mean, running_var }) => {
        const values = { gamma: weight!, beta: bias!, mean: running_mean!, variance: running_var! };
        return batchNorm(x!, values, { epsilon: one.eps, training: false });
      },
      statistics,
    );
  });

  it.each(cases.filter(({ name }) => name.startsWith('train')))('$name', async (one) => {
    const build = ({ x, weight, bias }: Values, graph: Graph) => {
      const shape = weight!.shape;
      const mean = buffer(graph, 'mean', shape);
      const variance = buffer(graph, 'variance', shape);
      const options = { epsilon: one.eps, momentum: one.momentum!, training: true };
      return batchNorm(x!, { gamma: weight!, beta: bias!, mean, variance }, options);
    };
    await compare(one, build);

    const graph = createGraph();
    const values = Object.entries(one.inputs).map(([name, { shape }]) => [name, input(graph, name, shape)]);
    const y = build(Object.fromEntries(values), graph);
    const step = await compileTrainingStep(graph, reduceSum(y), ort, { intraOpNumThreads: 1 });
    step.buffers.tensors.get('mean')!.data.set(floats(one.running_mean_before!));
    step.buffers.tensors.get('variance')!.data.set(floats(one.running_var_before!));
    await step.run(Object.fromEntries(Object.entries(one.inputs).map(([name, tensor]) => [name, floats(tensor)])));
    expectClose(step.buffers.tensors.get('mean')!.data, floats(one.running_mean_after!));
    expectClose(step.buffers.tensors.get('variance')!.data, floats(one.running_var_after!));
    await step.release();
  });
});

describe('other operators as PyTorch', () => {
  const cases = new Map(fixtures<Case & { p?: number; mask?: FixtureTensor }>('ops').map((one) => [one.name, one]));
  const builds: Record<string, (values: Values) => Value> = {
    relu: ({ x }) => relu(x!),
    linear: ({ x, weight, bias }) => linear(x!, weight!, bias),
    global_avg_pool: ({ x }) => flatten(globalAveragePool(x!)),
    residual_add_relu: ({ a, b }) => relu(add(a!, b!)),
  };
  it('are all tested', () => expect([...cases.keys()]).toEqual([...Object.keys(builds), 'dropout_given_mask']));
  it.each(Object.keys(builds))('%s', async (name) => compare(cases.get(name)!, builds[name]!));

  it('dropout_given_mask', async () => {
    const one = cases.get('dropout_given_mask')!;
    await compare(one, ({ x }) => dropout(x!, one.p!, { training: true }), { mask: one.mask! });
  });
});

describe('losses as PyTorch', () => {
  const losses: Record<string, Loss> = {
    mse,
    l1,
    smooth_l1_beta1: smoothL1(1),
    'smooth_l1_beta0.1': smoothL1(0.1),
    'huber_delta0.5': huber(0.5),
    wing_w10_eps2: wing(10, 2),
  };
  it.each(fixtures<Case>('losses'))('$name', async (one) => {
    await compare(one, ({ pred, target }) => losses[one.name]!(pred!, target!));
  });
});
