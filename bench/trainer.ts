import * as ort from 'onnxruntime-node';
import { modelNamed } from '../src/models/index.js';
import { randomFor } from '../src/random.js';
import type { SessionOptions } from '../src/tensor/runtime.js';
import type { Recipe } from '../src/train/recipe.js';
import { createSteps } from '../src/train/step/index.js';

/** Something to measure: each `step` is one batch. */
export interface Work {
  readonly parameters: number;
  step(): Promise<number>;
  release(): Promise<void>;
}

/**
 * Training of a built-in network by Adam, on a batch of noise that lies in memory.
 * @param parts in how many parts a step computes the batch, which changes what batch norm sees
 */
export async function trainer(name: string, batch: number, options: SessionOptions, parts = 1): Promise<Work> {
  const { input, points } = modelNamed(name);
  const train: Recipe['train'] = {
    ...{ epochs: 1, batch, parts, seed: 1, optimiser: 'adam', learningRate: 1e-4, momentum: 0, weightDecay: 0 },
    schedule: { kind: 'constant' },
  };
  const recipe = { loss: { kind: 'mse' }, train } as const;
  const { weights, ...steps } = await createSteps(
    { network: { model: { name }, input, points }, recipe },
    input,
    ort,
    options,
  );
  const random = randomFor(1, 'bench');
  const noise = (size: number) => Float32Array.from({ length: size }, () => random.normal());
  const data = {
    image: noise(batch * input.channels * input.height * input.width),
    target: noise(batch * 2 * points),
  };
  let made = 0;
  const step = () => steps.step(data, train.learningRate, made++);
  return { parameters: weights[0].all.length, step, release: steps.release };
}
