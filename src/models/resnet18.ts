import type { Value } from '../tensor/graph.js';
import { add, dropout, flatten, globalAveragePool, maxPool, relu } from '../tensor/ops/index.js';
import { batchNorm2d, conv2d, linear } from './layers.js';
import type { Scope } from './scope.js';
import { tell } from './scope.js';

export interface Resnet18Options {
  /** Channels of the first stage; the seed's network has 64. Each later stage doubles them. */
  readonly channels?: number | undefined;
  /** Share of the pooled features dropped in training; the seed's 0.5. */
  readonly dropout?: number | undefined;
}

/**
 * The seed's ResNet-18: a 3×3 stride-1 stem on one channel, then He et al. 2015 ("Deep Residual Learning for Image
 * Recognition", table 1); 11,237,512 parameters with 136 outputs, at any input size.
 */
export function resnet18(scope: Scope, x: Value, outputs: number, options: Resnet18Options = {}): Value {
  const { channels = 64, dropout: rate = 0.5 } = options;
  const rectify = (value: Value) => {
    const y = relu(value);
    tell(scope, 'ReLU', y);
    return y;
  };

  /** Two convolutions and a way round them; the second ReLU is told before the block, as torchsummary lists them. */
  const block = (name: string, input: Value, out: number, stride: number) => {
    let y = conv2d(scope, `${name}.conv1`, input, { out, kernel: 3, stride, pad: 1, bias: false });
    y = rectify(batchNorm2d(scope, `${name}.bn1`, y));
    y = conv2d(scope, `${name}.conv2`, y, { out, kernel: 3, pad: 1, bias: false });
    y = batchNorm2d(scope, `${name}.bn2`, y);
    let skip = input;
    if (stride > 1 || input.shape[1] !== out) {
      skip = conv2d(scope, `${name}.downsample.0`, input, { out, kernel: 1, stride, bias: false });
      skip = batchNorm2d(scope, `${name}.downsample.1`, skip);
    }
    y = rectify(add(y, skip));
    tell(scope, 'BasicBlock', y);
    return y;
  };

  let y = conv2d(scope, 'conv1', x, { out: channels, kernel: 3, pad: 1 });
  y = rectify(batchNorm2d(scope, 'bn1', y));
  y = maxPool(y, { kernel: 3, stride: 2, pad: 1 });
  tell(scope, 'MaxPool2d', y);
  for (const [i, stride] of [1, 2, 2, 2].entries()) {
    const out = channels * 2 ** i;
    y = block(`layer${i + 1}.0`, y, out, stride);
    y = block(`layer${i + 1}.1`, y, out, 1);
  }
  y = globalAveragePool(y);
  tell(scope, 'AdaptiveAvgPool2d', y);
  y = dropout(flatten(y), rate, { training: scope.training });
  tell(scope, 'Dropout', y);
  y = linear(scope, 'fc', y, outputs);
  tell(scope, 'ResNet', y);
  return y;
}
