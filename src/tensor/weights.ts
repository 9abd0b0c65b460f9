import type { Value } from './graph.js';
import type { Shape } from './types.js';
import { sizeOf } from './types.js';

/**
 * Named tensors side by side in one block of memory, so that an optimiser or a checkpoint walks over all of them at once.
 */
export interface Weights {
  readonly all: Float32Array;
  readonly tensors: ReadonlyMap<string, { readonly shape: Shape; readonly data: Float32Array }>;
}

/** Zeros for each of the values, by name, in their order. */
export function allocateWeights(values: readonly Pick<Value, 'name' | 'shape'>[]): Weights {
  const all = new Float32Array(values.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  const tensors = new Map<string, { shape: Shape; data: Float32Array }>();
  let offset = 0;
  for (const { name, shape } of values) {
    const size = sizeOf(shape);
    tensors.set(name, { shape, data: all.subarray(offset, offset + size) });
    offset += size;
  }
  return { all, tensors };
}

/** The same tensors in memory of their own. */
export function copyWeights(weights: Weights): Weights {
  const copy = allocateWeights([...weights.tensors].map(([name, { shape }]) => ({ name, shape })));
  copy.all.set(weights.all);
  return copy;
}
