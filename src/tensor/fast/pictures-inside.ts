import type { Value } from '../graph.js';
import { apply } from '../operator.js';
import { reshape } from '../ops/shape.js';
import { domain, toBlocked } from './blocked.js';

/**
 * x [n, elements] such that each element of `block` pictures lies side by side, within blocks of elements: [n / block,
 * elements / block, block of pictures, block of elements]. The runtime's reordering of a picture whose channels come last does
 * that, if each of our pictures is a pixel to it; a Transpose takes two to six times as long.
 */
export function picturesInside(x: Value, block: number): Value {
  const [n, elements] = x.shape as [number, number];
  const pixels = reshape(x, [n / block, block, 1, elements]);
  const inside = apply('ReorderInput', [pixels], { channels_last: 1 }, domain);
  return reshape(inside, [n / block, elements / block, block, block]);
}

/** x [n, c, h, w] with blocks of pictures side by side: [n / block, c, h, w, block]. */
export function picturesForChannels(x: Value, block: number): Value {
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  // Pictures for channels, and ours, one below the other, for one picture.
  return reshape(toBlocked(reshape(x, [n / block, block, channels * h, w])), [n / block, channels, h, w, block]);
}
