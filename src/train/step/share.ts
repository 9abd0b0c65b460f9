import type { Batch } from '../batches/worker.js';
import type { PartStep } from './part.js';

/**
 * Computes some parts of a batch one after another, each from the same buffers.
 * @returns the sum of their mean losses; the sums of their gradients and of their moved buffers are in `gradients` and
 * `buffers`
 */
export async function computeShare(step: PartStep, batch: Batch, parts: readonly number[], done: number) {
  const [first, ...others] = parts as [number, ...number[]];
  const gradients = step.gradients.all;
  const buffers = step.buffers.all;
  const before = buffers.slice();
  let loss = await step.run(batch, first, done);
  for (const part of others) {
    const sums = [gradients.slice(), buffers.slice()] as const;
    buffers.set(before);
    loss += await step.run(batch, part, done);
    addTo(gradients, sums[0]);
    addTo(buffers, sums[1]);
  }
  return loss;
}

/** sum ← sum + more */
export function addTo(sum: Float32Array, more: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!;
}
