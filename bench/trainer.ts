import * as ort from 'onnxruntime-node';
import { modelNamed } from '../src/models/index.js';
import { buildNetwork, initialise } from '../src/models/network.js';
import { randomFor } from '../src/random.js';
import { input } from '../src/tensor/graph.js';
import { mse } from '../src/tensor/losses.js';
import { dropoutMask } from '../src/tensor/ops/index.js';
import { adam } from '../src/tensor/optimisers/index.js';
import { compileTrainingStep, type TrainingOptions } from '../src/tensor/training-step.js';
import { sizeOf } from '../src/tensor/types.js';

/** Something to measure: each `step` is one batch. */
export interface Work {
  readonly parameters: number;
  step(): Promise<number>;
  release(): Promise<void>;
}

/** A built-in network with its mean squared error, in training form, for a batch of this size. */
export function trainingGraph(name: string, batch: number) {
  const model = modelNamed(name);
  const settings = { model: { name }, input: model.input, points: model.points };
  const network = buildNetwork(settings, { training: true, batch });
  const target = input(network.graph, 'target', network.points.shape);
  return { network, target, loss: mse(network.points, target) };
}

/** Training of a built-in network by Adam, on a batch of noise that lies in memory. */
export async function trainer(name: string, batch: number, options: TrainingOptions): Promise<Work> {
  const { network, target, loss } = trainingGraph(name, batch);
  const { graph, image } = network;
  const training = await compileTrainingStep(graph, loss, ort, options);
  const { parameters, gradients, buffers } = training;
  initialise(network, [parameters, buffers], 1);
  const optimiser = adam(parameters.all.length);
  const random = randomFor(1, 'bench');
  const noise = (size: number) => Float32Array.from({ length: size }, () => random.normal());
  const data: Record<string, Float32Array> = {
    [image.name]: noise(sizeOf(image.shape)),
    [target.name]: noise(sizeOf(target.shape)),
  };
  let made = 0;
  const step = async () => {
    for (const { mask, rate } of graph.dropouts) data[mask.name] = dropoutMask(random, mask.shape, rate);
    const value = await training.run(data);
    optimiser.step(parameters.all, gradients.all, 1e-4, made++);
    return value;
  };
  return { parameters: parameters.all.length, step, release: training.release };
}
