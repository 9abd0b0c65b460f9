import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/tensor/gradient.js';
import type { Value } from '../../src/tensor/graph.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { adam, adamW } from '../../src/tensor/optimisers/index.js';
import { compileTrainingStep } from '../../src/tensor/training-step.js';
import type { TensorData } from '../../src/tensor/types.js';
import type { Weights } from '../../src/tensor/weights.js';
import type { FixtureTensor } from './fixtures.js';
import { fixtures, floats } from './fixtures.js';
import { expectClose } from './numbers.js';
import type { TinyNet } from './tinynets.js';
import { buildTinyNet } from './tinynets.js';

const oneThread = { intraOpNumThreads: 1 };

/**
 * A bias before batch norm has a true gradient of 0, so that its computed one is rounding noise, of which Adam makes
 * full steps of ± the learning rate; `noisy` are these, and what they shift. In cnn1_tiny a ReLU stands between, where
 * this noise reaches everything after the second step: hence its tolerance.
 */
const allowances = {
  cnn1_tiny: { tolerance: 2e-2, noisy: ['conv1.bias', 'conv2.bias'] },
  cnn2_tiny: { tolerance: 1e-4, noisy: [] },
  resnet_tiny: { tolerance: 1e-4, noisy: ['conv1.bias', 'bn1.running_mean'] },
};

function load(weights: Weights, state: TinyNet['state0']): void {
  for (const [name, { data }] of weights.tensors) data.set(floats(state[name] as FixtureTensor));
}

describe.each(fixtures<TinyNet>('tinynets'))('$name trains as in PyTorch', (net) => {
  const batch = { x: floats(net.x), target: floats(net.target) };

  it('output, gradients and running statistics of the first step', async () => {
    const { graph, x, output, loss } = buildTinyNet(net, true);
    const [dx] = gradients(loss, [x]);
    const encoded = encodeModel([output, dx!], { outputNames: ['output', 'dx'] });
    const session = await ort.InferenceSession.create(encoded.bytes, oneThread);
    const data = (name: string) =>
      name in batch ? batch[name as keyof typeof batch] : floats(net.state0[name] as FixtureTensor);
    const feeds = encoded.inputs.map(({ name, shape }) => [name, new ort.Tensor('float32', data(name), shape)]);
    const results = await session.run(Object.fromEntries(feeds));
    expectClose(results.output!.data as Float32Array, floats(net.step1.output));
    expectClose(results.dx!.data as Float32Array, floats(net.step1.grad_x));
    await session.release();

    const step = await compileTrainingStep(graph, loss, ort, oneThread);
    load(step.parameters, net.state0);
    load(step.buffers, net.state0);
    expect(await step.run(batch)).toBeCloseTo(net.losses[0]!, 6);
    expect([...step.gradients.tensors.keys()].sort()).toEqual(Object.keys(net.step1.grads).sort());
    for (const [name, { data }] of step.gradients.tensors) expectClose(data, floats(net.step1.grads[name]!));
    for (const [name, { data }] of step.buffers.tensors) expectClose(data, floats(net.step1.running_after[name]!));
    await step.release();
  });

  it('losses and weights after four steps', async () => {
    const { graph, loss } = buildTinyNet(net, true);
    const step = await compileTrainingStep(graph, loss, ort, oneThread);
    load(step.parameters, net.state0);
    load(step.buffers, net.state0);
    const { type, lr, betas, eps, weight_decay = 0 } = net.optimizer;
    const options = { betas, epsilon: eps, weightDecay: weight_decay };
    const optimiser = (type === 'AdamW' ? adamW : adam)(step.parameters.all.length, options);
    const losses: number[] = [];
    for (let i = 0; i < net.losses.length; i++) {
      losses.push(await step.run(batch));
      optimiser.step(step.parameters.all, step.gradients.all, lr, i);
    }
    const { tolerance, noisy } = allowances[net.name];
    expectClose(losses.slice(0, 2), net.losses.slice(0, 2), 1e-5);
    expectClose(losses, net.losses, tolerance);
    for (const { tensors } of [step.parameters, step.buffers]) {
      for (const [name, { data }] of tensors) {
        const allowed = (noisy as string[]).includes(name) ? 8 * lr : tolerance;
        expectClose(data, floats(net.state_final[name] as FixtureTensor), allowed);
      }
    }
    await step.release();
  });

  it('output of the inference form for any number of pictures', async () => {
    const inference = buildTinyNet(net, false);
    const weights = new Map<Value, TensorData>();
    for (const value of [...inference.graph.parameters, ...inference.graph.buffers]) {
      weights.set(value, floats(net.state_final[value.name] as FixtureTensor));
    }
    const { bytes } = encodeModel([inference.output], { weights, outputNames: ['output'], freeBatch: 'n' });
    const session = await ort.InferenceSession.create(bytes, oneThread);
    const run = async (n: number) => {
      const [, ...rest] = net.x.shape;
      const x = batch.x.subarray(0, (batch.x.length / net.x.shape[0]!) * n);
      return (await session.run({ x: new ort.Tensor('float32', x, [n, ...rest]) })).output!;
    };
    const expected = floats(net.eval_output_final);
    expectClose((await run(3)).data as Float32Array, expected);
    const single = await run(1);
    expect(single.dims[0]).toBe(1);
    expectClose(single.data as Float32Array, expected.subarray(0, single.dims[1]));
    await session.release();
  });
});
