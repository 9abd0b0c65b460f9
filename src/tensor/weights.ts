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

/** Makes an array of zeros. */
export type Allocate = (length: number) => Float32Array;

const ordinary: Allocate = (length) => new Float32Array(length);

/** Zeros for each of the values, by name, in their order. */
export function allocateWeights(values: readonly Pick<Value, 'name' | 'shape'>[], allocate = ordinary): Weights {
  const all = allocate(values.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
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
export function copyWeights(weights: Weights, allocate = ordinary): Weights {
  const values = [...weights.tensors].map(([name, { shape }]) => ({ name, shape }));
  const copy = allocateWeights(values, allocate);
  copy.all.set(weights.all);
  return copy;
}
