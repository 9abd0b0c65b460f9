import type { Value } from '../tensor/graph.js';
import { flatten, maxPool, relu } from '../tensor/ops/index.js';
import { batchNorm2d, conv2d, linear } from './layers.js';
import type { Scope } from './scope.js';

export interface Cnn2Options {
  /** Channels of each convolution; the seed's network has 16. */
  readonly channels?: number | undefined;
}

/** The seed's full-face network: five convolutions, two linear layers; 625,268 parameters at 1×160×120 with 116 outputs. */
export function cnn2(scope: Scope, x: Value, outputs: number, { channels = 16 }: Cnn2Options = {}): Value {
  let y = x;
  for (const [i, kernel] of [7, 7, 5, 3, 3].entries()) {
    y = relu(conv2d(scope, `conv${i + 1}`, y, { out: channels, kernel }));
    if (i < 3) y = maxPool(y, { kernel: 2 });
    y = batchNorm2d(scope, `n${i + 1}`, y);
  }
  y = relu(linear(scope, 'fc1', flatten(y), 512));
  return linear(scope, 'fc2', y, outputs);
}
