import { type AdamUpdate, adamByVectors } from './adam-vectors.js';
import type { Decay, Optimiser, OptimiserMemory } from './optimiser.js';
import { decayPieces } from './optimiser.js';

export interface AdamOptions extends Decay, OptimiserMemory {
  /** How much of the old mean and of the old mean square a step keeps; 0.9 and 0.999 where absent. */
  readonly betas?: readonly [number, number];
  /** 1e-8 where absent. */
  readonly epsilon?: number;
}

/**
 * Adam: with g the gradient plus weightDecay · p (an L2 penalty) and t = step + 1,
 *   m ← β₁·m + (1 - β₁)·g,   v ← β₂·v + (1 - β₂)·g²,
 *   p ← p - learningRate · (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε).
 * Kingma and Ba, "Adam: a method for stochastic optimization", 2015; as PyTorch's `Adam`.
 * @param size how many parameters there are
 */
export const adam = (size: number, options: AdamOptions = {}): Optimiser => either(size, options, false);

/**
 * Adam with decoupled weight decay: the parameters shrink by learningRate · weightDecay beside the step, which the
 * gradient alone decides. Loshchilov and Hutter, "Decoupled weight decay regularization", 2019; as PyTorch's `AdamW`.
 * @param size how many parameters there are
 */
export const adamW = (size: number, options: AdamOptions = {}): Optimiser => either(size, options, true);

function either(size: number, options: AdamOptions, decoupled: boolean): Optimiser {
  const { betas = [0.9, 0.999], epsilon = 1e-8, state = {} } = options;
  const pieces = decayPieces(size, options);
  const { mean = new Float32Array(size), square = new Float32Array(size) } = state;
  const update = adamByVectors() ?? updateByNumbers;
  return {
    state: { mean, square },
    step: (parameters, gradients, learningRate, step) => {
      const rate = learningRate / (1 - betas[0] ** (step + 1));
      const correction = 1 / Math.sqrt(1 - betas[1] ** (step + 1));
      for (const { start, end, decay } of pieces) {
        const inPiece = (array: Float32Array) => array.subarray(start, end);
        const penalty = decoupled ? 0 : decay;
        const shrink = decoupled ? 1 - learningRate * decay : 1;
        const [beta1, beta2] = betas;
        update([inPiece(parameters), inPiece(gradients), inPiece(mean), inPiece(square)], {
          ...{ beta1, beta2, rate, correction, penalty, shrink, epsilon },
        });
      }
    },
  };
}

/** The same where there are no vectors. One pass: the time goes into reading and writing memory. */
export const updateByNumbers: AdamUpdate = (
  [p, g, m, v],
  { beta1, beta2, rate, correction, penalty, shrink, epsilon },
) => {
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  for (let i = 0; i < p.length; i++) {
    const old = p[i]!;
    const slope = g[i]! + penalty * old;
    const mean = beta1 * m[i]! + rest1 * slope;
    const square = beta2 * v[i]! + rest2 * slope * slope;
    m[i] = mean;
    v[i] = square;
    p[i] = shrink * old - (rate * mean) / (Math.sqrt(square) * correction + epsilon);
  }
};
