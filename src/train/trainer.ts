import type { Size } from '../image/crop.js';
import type { NetworkSettings } from '../models/network.js';
import { constantRate, cosineRate, type Schedule, stepRate } from '../tensor/optimisers/index.js';
import type { Runtime, SessionOptions } from '../tensor/runtime.js';
import type { Weights } from '../tensor/weights.js';
import type { Batch } from './batches/worker.js';
import type { Recipe } from './recipe.js';
import { stepsByCost } from './stages.js';
import { createSteps } from './step/index.js';
import { type Source, type Transfer, transfer } from './transfer.js';

/** A network that learns. */
export interface Trainer {
  /**
   * One step along one batch.
   * @param step how many steps were made before: 0 for the first
   * @returns the batch's loss before the step
   */
  step(batch: Batch, step: number): Promise<number>;
  learningRate(step: number): number;
  /** Goes on with pictures of another size. */
  resize(size: Size): Promise<void>;
  /** Begins with weights of another run, and the moving average with them. */
  begin(source: Source): Transfer;
  /** The weights that are validated and shipped: the moving average where the recipe wants one, else the weights. */
  shipped(): readonly Weights[];
  /** All numbers that training goes on from, by name: what a checkpoint keeps. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/**
 * @param size of the first pictures
 * @param stepsPerEpoch which epochs of a schedule are counted in
 */
export async function createTrainer(
  network: NetworkSettings,
  recipe: Pick<Recipe, 'input' | 'loss' | 'train'>,
  size: Size,
  stepsPerEpoch: number,
  runtime: Runtime,
  options: SessionOptions,
): Promise<Trainer> {
  const { weights, average, state, ...steps } = await createSteps({ network, recipe }, size, runtime, options);
  const schedule = scheduleOf(recipe, stepsPerEpoch);
  const [parameters, buffers] = weights;
  return {
    step: (batch, done) => steps.step(batch, schedule(done), done),
    resize: steps.resize,
    begin: (source) => {
      if (average) transfer(source, average);
      return transfer(source, weights);
    },
    learningRate: schedule,
    shipped: () => average ?? weights,
    arrays: {
      parameters: parameters.all,
      buffers: buffers.all,
      ...Object.fromEntries(Object.entries(state).map(([name, data]) => [`optimiser ${name}`, data])),
      ...(average ? { 'average parameters': average[0].all, 'average buffers': average[1].all } : {}),
    },
    release: steps.release,
  };
}

function scheduleOf(recipe: Pick<Recipe, 'input' | 'train'>, stepsPerEpoch: number): Schedule {
  const { schedule, learningRate, epochs } = recipe.train;
  switch (schedule.kind) {
    case 'constant':
      return constantRate(learningRate);
    case 'step':
      return stepRate(learningRate, { every: schedule.everyEpochs * stepsPerEpoch, factor: schedule.factor });
    case 'cosine': {
      const rate = cosineRate(learningRate, {
        steps: epochs * stepsPerEpoch,
        warmUp: Math.round(schedule.warmupEpochs * stepsPerEpoch),
        final: schedule.final,
      });
      const byCost = stepsByCost(recipe, stepsPerEpoch);
      return (step) => rate(byCost(step));
    }
  }
}
