import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { NetworkSettings } from '../../src/models/network.js';
import { randomFor } from '../../src/random.js';
import type { Recipe } from '../../src/train/recipe.js';
import { createSteps } from '../../src/train/step/index.js';
import { expectClose } from '../tensor/numbers.js';

const size = { height: 40, width: 32 };
const batch = 16;
const points = 5;
const random = randomFor(3, 'steps');
const draw = (length: number) => Float32Array.from({ length }, () => random.normal());
const batches = [0, 1, 2].map(() => ({
  image: draw(batch * size.height * size.width),
  target: draw(batch * 2 * points),
}));

const plainTrain: Recipe['train'] = {
  ...{ epochs: 1, batch, parts: 1, seed: 7, optimiser: 'adamw', learningRate: 1e-3, momentum: 0.9, weightDecay: 0.1 },
  ...{ clip: 0.5, averaging: 0.9, schedule: { kind: 'constant' } },
};
const resnet: NetworkSettings['model'] = { name: 'resnet18', channels: 4, dropout: 0.3 };

/** All numbers of a training after a few steps, and the losses on the way. */
async function trained(model: NetworkSettings['model'], train: Recipe['train'], threads: number) {
  const network = { model, input: { channels: 1, ...size }, points };
  const recipe = { loss: { kind: 'mse' }, train } as const;
  const steps = await createSteps({ network, recipe }, size, ort, { intraOpNumThreads: threads });
  const losses: number[] = [];
  for (const [done, one] of batches.entries()) losses.push(await steps.step(one, 1e-3, done));
  await steps.release();
  const [parameters, buffers] = steps.weights;
  const average = (steps.average ?? []).map(({ all }) => all);
  return { losses, arrays: [parameters.all, buffers.all, ...average, ...Object.values(steps.state)] };
}

function expectSame(a: Awaited<ReturnType<typeof trained>>, b: Awaited<ReturnType<typeof trained>>): void {
  expectClose(Float32Array.from(a.losses), Float32Array.from(b.losses), 1e-5);
  expect(a.arrays.length).toBe(b.arrays.length);
  for (const [i, array] of a.arrays.entries()) expectClose(array, b.arrays[i]!, 2e-5);
}

describe('a batch in parts', () => {
  it.each([
    ['two parts', { parts: 2 }],
    // Sums in another order: Adam makes whole steps of what is rounding only, such as the slope of a bias before batch norm.
    ['four parts on two threads', { parts: 4, optimiser: 'sgd' }],
    ['by SGD, without clipping and averaging', { parts: 2, optimiser: 'sgd', clip: undefined, averaging: undefined }],
  ] as const)('has the same numbers side by side as one after another: %s', async (_, changes) => {
    const train = { ...plainTrain, ...changes } as Recipe['train'];
    expectSame(await trained(resnet, train, 2), await trained(resnet, train, 1));
  });

  it('moves to other weights than the whole batch does, as batch norm sees a part at a time', async () => {
    const [whole, parts] = [
      await trained(resnet, plainTrain, 1),
      await trained(resnet, { ...plainTrain, parts: 2 }, 1),
    ];
    expect(parts.losses[0]).not.toBeCloseTo(whole.losses[0]!, 4);
  });
});
