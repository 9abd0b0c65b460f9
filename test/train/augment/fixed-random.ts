import { type Random, randomFor } from '../../../src/random.js';

/** A stream whose every uniform number lies this share of the way from low to high, to know what an operation draws. */
export const fixedRandom = (share: number): Random => ({
  ...randomFor(1, 'fixed'),
  uniform: (low = 0, high = 1) => low + (high - low) * share,
});
