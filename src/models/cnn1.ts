import type { Value } from '../tensor/graph.js';
import { flatten, maxPool, relu } from '../tensor/ops/index.js';
import { batchNorm2d, conv2d, linear } from './layers.js';
import type { Scope } from './scope.js';

export interface Cnn1Options {
  /** Channels of each convolution; the seed's network has 32. */
  readonly channels?: number | undefined;
}

/** The seed's nose finder: four convolutions, two linear layers; 80,290 parameters at 1×80×60 with 2 outputs. */
export function cnn1(scope: Scope, x: Value, outputs: number, { channels = 32 }: Cnn1Options = {}): Value {
  let y = x;
  for (const [i, kernel] of [7, 5, 3, 3].entries()) {
    y = maxPool(relu(conv2d(scope, `conv${i + 1}`, y, { out: channels, kernel })), { kernel: 2 });
    y = batchNorm2d(scope, `n${i + 1}`, y);
  }
  y = relu(linear(scope, 'fc1', flatten(y), 512));
  return linear(scope, 'fc2', y, outputs);
}
