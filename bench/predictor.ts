import * as ort from 'onnxruntime-node';
import { modelNamed } from '../src/models/index.js';
import { buildNetwork, initialise } from '../src/models/network.js';
import { randomFor } from '../src/random.js';
import type { SessionOptions } from '../src/tensor/runtime.js';
import { sizeOf } from '../src/tensor/types.js';
import { allocateWeights } from '../src/tensor/weights.js';
import { exportModel } from '../src/train/export.js';
import type { Work } from './trainer.js';

/** Prediction by a built-in network as training exports it, on pictures of noise. */
export async function predictor(name: string, batch: number, options: SessionOptions): Promise<Work> {
  const model = modelNamed(name);
  const settings = { model: { name }, input: model.input, points: model.points };
  const network = buildNetwork(settings, { training: false, batch });
  const parameters = allocateWeights(network.graph.parameters);
  const buffers = allocateWeights(network.graph.buffers);
  initialise(network, [parameters, buffers], 1);
  const session = await ort.InferenceSession.create(exportModel(settings, [parameters, buffers]), options);
  const { shape } = network.image;
  const random = randomFor(1, 'bench');
  const noise = Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
  const image = new ort.Tensor('float32', noise, shape);
  const step = async () => ((await session.run({ image })).points!.data as Float32Array)[0]!;
  return { parameters: parameters.all.length, step, release: () => session.release() };
}
