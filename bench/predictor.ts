import * as ort from 'onnxruntime-node';
import { modelNamed } from '../src/models/index.js';
import { buildNetwork, initialise } from '../src/models/network.js';
import { randomFor } from '../src/random.js';
import { openInference } from '../src/tensor/inference.js';
import type { SessionOptions } from '../src/tensor/runtime.js';
import { sizeOf } from '../src/tensor/types.js';
import { allocateWeights } from '../src/tensor/weights.js';
import { exportModel } from '../src/train/export.js';
import type { Work } from './trainer.js';

/** Prediction by a built-in network as training exports it and evaluation runs it, on pictures of noise. */
export async function predictor(name: string, batch: number, options: SessionOptions): Promise<Work> {
  const { input, points } = modelNamed(name);
  const settings = { model: { name }, input, points };
  const network = buildNetwork(settings, { training: false, batch });
  const parameters = allocateWeights(network.graph.parameters);
  const buffers = allocateWeights(network.graph.buffers);
  initialise(network, [parameters, buffers], 1);
  const model = exportModel(settings, [parameters, buffers]);
  const { run, release } = await openInference(model, name, ort, { ...options, many: true });
  const { shape } = network.image;
  const random = randomFor(1, 'bench');
  const noise = Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
  const step = async () => (await run(noise, shape)).points![0]!;
  return { parameters: parameters.all.length, step, release };
}
