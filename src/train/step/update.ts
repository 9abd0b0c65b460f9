import {
  adam,
  adamW,
  averageWeights,
  globalNorm,
  type Optimiser,
  type Range,
  sgd,
} from '../../tensor/optimisers/index.js';
import type { Recipe } from '../recipe.js';
import { addTo } from './share.js';

/** The numbers of all parameters, side by side, that a step reads and changes. */
export interface Memory {
  readonly parameters: Float32Array;
  /** Of each session, the sum of its parts' gradients. */
  readonly gradients: readonly Float32Array[];
  /** The optimiser's. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /** The moving average of the parameters. */
  readonly average?: Float32Array;
}

/** The step along the gradients for a range of the parameters; others may be at work on other ranges. */
export interface RangeUpdate {
  /** Makes of the sums of all sessions the batch's gradient, in the first one's array; returns its sum of squares, 0 where no clipping wants it. */
  gather(): number;
  /**
   * @param factor of the gradient
   * @param done how many steps were made before
   */
  apply(factor: number, learningRate: number, done: number): void;
}

export function createUpdate(train: Recipe['train'], memory: Memory, { start, end }: Range): RangeUpdate {
  const inRange = (array: Float32Array) => array.subarray(start, end);
  const parameters = inRange(memory.parameters);
  const [gradient, ...others] = memory.gradients.map(inRange) as [Float32Array, ...Float32Array[]];
  const state = Object.fromEntries(Object.entries(memory.state).map(([name, array]) => [name, inRange(array)]));
  const optimiser = optimiserOf(train, end - start, state);
  const average = memory.average && inRange(memory.average);
  return {
    gather: () => {
      for (const other of others) addTo(gradient, other);
      if (train.parts > 1) scale(gradient, 1 / train.parts);
      return train.clip === undefined ? 0 : globalNorm(gradient) ** 2;
    },
    apply: (factor, learningRate, done) => {
      if (factor !== 1) scale(gradient, factor);
      optimiser.step(parameters, gradient, learningRate, done);
      if (average) averageWeights(average, parameters, train.averaging!, done);
    },
  };
}

/** @param state arrays for its state; new ones where absent */
export function optimiserOf(train: Recipe['train'], size: number, state?: Memory['state']): Optimiser {
  const { weightDecay, momentum } = train;
  const options = { weightDecay, ...(state ? { state } : {}) };
  if (train.optimiser === 'sgd') return sgd(size, { momentum, ...options });
  return train.optimiser === 'adam' ? adam(size, options) : adamW(size, options);
}

function scale(array: Float32Array, factor: number): void {
  for (let i = 0; i < array.length; i++) array[i]! *= factor;
}
