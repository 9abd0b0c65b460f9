import type { Decay, Optimiser, OptimiserMemory } from './optimiser.js';
import { decayPieces } from './optimiser.js';

export interface SgdOptions extends Decay, OptimiserMemory {
  /** 0 where absent. */
  readonly momentum?: number;
  /** Looks one momentum step ahead. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent as PyTorch's `SGD` (dampening 0): with g the gradient plus weightDecay · p,
 *   v ← momentum · v + g,   p ← p - learningRate · v        (Nesterov: p ← p - learningRate · (g + momentum · v)).
 * Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
 * @param size how many parameters there are
 */
export function sgd(size: number, options: SgdOptions = {}): Optimiser {
  const { momentum = 0, nesterov = false, state = {} } = options;
  const pieces = decayPieces(size, options);
  const { velocity = new Float32Array(momentum === 0 ? 0 : size) } = state;
  return {
    state: momentum === 0 ? {} : { velocity },
    step: (parameters, gradients, learningRate) => {
      for (const { start, end, decay } of pieces) {
        if (momentum === 0) plain(parameters, gradients, start, end, learningRate, decay);
        else if (nesterov) ahead(parameters, gradients, velocity, start, end, learningRate, decay, momentum);
        else heavy(parameters, gradients, velocity, start, end, learningRate, decay, momentum);
      }
    },
  };
}

function plain(p: Float32Array, g: Float32Array, start: number, end: number, rate: number, decay: number): void {
  for (let i = start; i < end; i++) p[i]! -= rate * (g[i]! + decay * p[i]!);
}

function heavy(
  p: Float32Array,
  g: Float32Array,
  v: Float32Array,
  start: number,
  end: number,
  rate: number,
  decay: number,
  momentum: number,
): void {
  for (let i = start; i < end; i++) {
    const velocity = momentum * v[i]! + g[i]! + decay * p[i]!;
    v[i] = velocity;
    p[i]! -= rate * velocity;
  }
}

function ahead(
  p: Float32Array,
  g: Float32Array,
  v: Float32Array,
  start: number,
  end: number,
  rate: number,
  decay: number,
  momentum: number,
): void {
  for (let i = start; i < end; i++) {
    const slope = g[i]! + decay * p[i]!;
    const velocity = momentum * v[i]! + slope;
    v[i] = velocity;
    p[i]! -= rate * (slope + momentum * velocity);
  }
}
