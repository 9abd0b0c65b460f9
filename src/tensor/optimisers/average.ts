import { type ElementWise, elementWise } from './element-wise.js';

/**
 * Moves an exponential moving average of the weights, in place: average ← d·average + (1 - d)·weights, where
 * d = min(decay, (1 + step) / (10 + step)), so that the average forgets its start quickly and remembers longer and
 * longer. The warm-up is that of TensorFlow's `ExponentialMovingAverage(num_updates)`.
 * Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
 * @param average begins as a copy of the first weights
 * @param decay e.g. 0.999
 * @param step how many steps were made before the one just made: 0 for the first
 */
export function averageWeights(average: Float32Array, weights: Float32Array, decay: number, step: number): void {
  move ??= averageByVectors() ?? averageByNumbers;
  move([average, weights], [1 - Math.min(decay, (1 + step) / (10 + step))]);
}

let move: ElementWise | undefined;

// As a step towards the weights: shares that were rounded each for itself would not add up to one.
export const averageByVectors = (): ElementWise | undefined =>
  elementWise({
    arrays: 2,
    numbers: ['share'],
    changes: [0],
    body: ({ load, store, get, plus, minus, times }) =>
      store(0, plus(load(0), times(get('share'), minus(load(1), load(0))))),
  });

export const averageByNumbers: ElementWise = ([average, weights], [share]) => {
  for (let i = 0; i < average!.length; i++) average![i]! += share! * (weights![i]! - average![i]!);
};
