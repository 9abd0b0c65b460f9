import type { Size } from '../image/crop.js';
import { buildNetwork, initialise, type NetworkSettings } from '../models/network.js';
import { randomFor } from '../random.js';
import { input } from '../tensor/graph.js';
import { dropoutMask } from '../tensor/ops/index.js';
import {
  adam,
  adamW,
  averageWeights,
  clipGlobalNorm,
  constantRate,
  cosineRate,
  type Optimiser,
  type Schedule,
  sgd,
  stepRate,
} from '../tensor/optimisers/index.js';
import type { Runtime, SessionOptions } from '../tensor/runtime.js';
import { compileTrainingStep, type TrainingOptions } from '../tensor/training-step.js';
import type { TensorData } from '../tensor/types.js';
import { copyWeights, type Weights } from '../tensor/weights.js';
import type { Batch } from './batches/worker.js';
import { lossOf } from './loss.js';
import type { Recipe } from './recipe.js';
import { stepsByCost } from './stages.js';

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
  const { train } = recipe;
  const loss = lossOf(recipe.loss);
  const compile = async ({ width, height }: Size, weights?: TrainingOptions['weights']) => {
    const sized = { ...network, input: { ...network.input, width, height } };
    const built = buildNetwork(sized, { training: true, batch: train.batch });
    const target = input(built.graph, 'target', built.points.shape);
    const step = await compileTrainingStep(built.graph, loss(built, target), runtime, {
      ...options,
      ...(weights ? { weights } : {}),
    });
    return { built, target, training: step };
  };
  let form = await compile(size);
  const { parameters, buffers, gradients } = form.training;
  initialise(form.built, [parameters, buffers], train.seed);

  const optimiser = optimiserOf(train, parameters.all.length);
  const schedule = scheduleOf(recipe, stepsPerEpoch);
  const average = train.averaging === undefined ? undefined : [parameters, buffers].map(copyWeights);

  const step = async (batch: Batch, done: number) => {
    const { target, training } = form;
    const { graph, image } = form.built;
    const feeds: Record<string, TensorData> = { [image.name]: batch.image, [target.name]: batch.target };
    for (const [i, { mask, rate }] of graph.dropouts.entries()) {
      feeds[mask.name] = dropoutMask(randomFor(train.seed, 'dropout', done, i), mask.shape, rate);
    }
    const value = await training.run(feeds);
    if (train.clip !== undefined) clipGlobalNorm(gradients.all, train.clip);
    optimiser.step(parameters.all, gradients.all, schedule(done), done);
    if (average) {
      averageWeights(average[0]!.all, parameters.all, train.averaging!, done);
      averageWeights(average[1]!.all, buffers.all, train.averaging!, done);
    }
    return value;
  };

  const resize = async ({ width, height }: Size) => {
    if (form.built.image.shape[2] === height && form.built.image.shape[3] === width) return;
    await form.training.release();
    form = await compile({ width, height }, { parameters, buffers, gradients });
  };

  return {
    step,
    resize,
    learningRate: schedule,
    shipped: () => average ?? [parameters, buffers],
    arrays: {
      parameters: parameters.all,
      buffers: buffers.all,
      ...Object.fromEntries(Object.entries(optimiser.state).map(([name, data]) => [`optimiser ${name}`, data])),
      ...(average ? { 'average parameters': average[0]!.all, 'average buffers': average[1]!.all } : {}),
    },
    release: () => form.training.release(),
  };
}

function optimiserOf(train: Recipe['train'], size: number): Optimiser {
  const { weightDecay, momentum } = train;
  if (train.optimiser === 'sgd') return sgd(size, { momentum, weightDecay });
  return train.optimiser === 'adam' ? adam(size, { weightDecay }) : adamW(size, { weightDecay });
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
