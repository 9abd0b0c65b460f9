import { elementWise } from './element-wise.js';

/** What one call changes, and how: {@link adam}'s formula. */
export interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  /** learningRate / (1 - β₁ᵗ) */
  readonly rate: number;
  /** 1 / √(1 - β₂ᵗ) */
  readonly correction: number;
  readonly penalty: number;
  readonly shrink: number;
  readonly epsilon: number;
}

/** Parameters, gradients, means and mean squares, of equal length; all but the gradients change. */
export type AdamArrays = readonly [Float32Array, Float32Array, Float32Array, Float32Array];
export type AdamUpdate = (arrays: AdamArrays, step: AdamStep) => void;

/** The step of Adam by {@link elementWise}; undefined where that cannot be. */
export function adamByVectors(): AdamUpdate | undefined {
  const run = elementWise({
    arrays: 4,
    numbers: ['beta1', 'rest1', 'beta2', 'rest2', 'penalty', 'shrink', 'rate', 'correction', 'epsilon'],
    between: ['parameter', 'slope', 'mean', 'square'],
    changes: [0, 2, 3],
    body: ({ load, store, get, set, plus, minus, times, over, root }) => [
      ...set('parameter', load(0)),
      ...set('slope', plus(load(1), times(get('penalty'), get('parameter')))),
      ...set('mean', plus(times(get('beta1'), load(2)), times(get('rest1'), get('slope')))),
      ...set('square', plus(times(get('beta2'), load(3)), times(times(get('rest2'), get('slope')), get('slope')))),
      ...store(2, get('mean')),
      ...store(3, get('square')),
      ...store(
        0,
        minus(
          times(get('shrink'), get('parameter')),
          over(times(get('rate'), get('mean')), plus(times(root(get('square')), get('correction')), get('epsilon'))),
        ),
      ),
    ],
  });
  return (
    run &&
    ((arrays, { beta1, beta2, rate, correction, penalty, shrink, epsilon }) =>
      run(arrays, [beta1, 1 - beta1, beta2, 1 - beta2, penalty, shrink, rate, correction, epsilon]))
  );
}
