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
  const keep = Math.min(decay, (1 + step) / (10 + step));
  for (let i = 0; i < average.length; i++) average[i] = keep * average[i]! + (1 - keep) * weights[i]!;
}
