import { describe, it } from 'vitest';
import type { Value } from '../../src/tensor/graph.js';
import { apply } from '../../src/tensor/operator.js';
import { conv, convTranspose } from '../../src/tensor/ops/index.js';
import { checkGradients } from './gradient-check.js';

interface Setting {
  readonly x: number[];
  readonly weight: number[];
  /** [along height, along width] */
  readonly strides?: number[];
  /** [top, left, bottom, right] */
  readonly pads?: number[];
  readonly dilations?: number[];
  readonly group?: number;
  readonly output_padding?: number[];
}

const node =
  (operator: string, { weight, strides, pads, dilations, group, output_padding }: Setting) =>
  (x: Value, w: Value, bias?: Value) =>
    apply(operator, [x, w, bias], {
      kernel_shape: weight.slice(2),
      strides: strides ?? [1, 1],
      pads: pads ?? [0, 0, 0, 0],
      dilations: dilations ?? [1, 1],
      group: group ?? 1,
      ...(output_padding ? { output_padding } : {}),
    });

describe('gradients of conv, against finite differences', () => {
  it.each<[string, Setting]>([
    ['3×3, no padding, batch 3', { x: [3, 2, 5, 4], weight: [3, 2, 3, 3] }],
    ['3×3 padded', { x: [1, 2, 4, 5], weight: [2, 2, 3, 3], pads: [1, 1, 1, 1] }],
    ['1×1', { x: [2, 3, 3, 4], weight: [2, 3, 1, 1] }],
    ['1×1 padded', { x: [1, 2, 2, 3], weight: [2, 2, 1, 1], pads: [1, 0, 0, 1] }],
    ['1×1 stride 2 that does not divide', { x: [1, 2, 4, 5], weight: [3, 2, 1, 1], strides: [2, 2] }],
    ['7×7', { x: [1, 1, 8, 9], weight: [2, 1, 7, 7] }],
    ['7×7 padded beyond the picture', { x: [1, 1, 3, 2], weight: [1, 1, 7, 7], pads: [3, 3, 3, 3] }],
    ['7×7 stride 2 padded', { x: [1, 1, 6, 5], weight: [2, 1, 7, 7], strides: [2, 2], pads: [3, 3, 3, 3] }],
    ['3×1', { x: [2, 2, 5, 3], weight: [2, 2, 3, 1], pads: [1, 0, 1, 0] }],
    ['2×5 with uneven pads', { x: [1, 2, 4, 6], weight: [2, 2, 2, 5], pads: [1, 2, 0, 3] }],
    ['3×3 stride 2 with a tail row', { x: [1, 2, 6, 6], weight: [2, 2, 3, 3], strides: [2, 2] }],
    ['2×3 stride 3×2, uneven pads', { x: [2, 1, 7, 6], weight: [2, 1, 2, 3], strides: [3, 2], pads: [1, 0, 0, 2] }],
    ['kernel below the stride', { x: [1, 2, 8, 7], weight: [2, 2, 2, 2], strides: [3, 3] }],
    ['3×3 dilated', { x: [1, 2, 6, 7], weight: [2, 2, 3, 3], dilations: [2, 3], pads: [2, 3, 2, 3] }],
    [
      '3×2 dilated, stride 2',
      { x: [1, 1, 8, 7], weight: [2, 1, 3, 2], dilations: [2, 2], strides: [2, 2], pads: [1, 1, 0, 1] },
    ],
    ['padding beyond the kernel', { x: [1, 1, 3, 3], weight: [2, 1, 2, 2], pads: [2, 2, 2, 2] }],
    ['two groups', { x: [2, 4, 4, 3], weight: [6, 2, 3, 3], pads: [1, 1, 1, 1], group: 2 }],
    ['two groups, stride 2', { x: [1, 4, 5, 4], weight: [2, 2, 3, 3], pads: [1, 1, 1, 1], group: 2, strides: [2, 2] }],
    ['depthwise', { x: [2, 3, 4, 5], weight: [3, 1, 3, 3], pads: [1, 1, 1, 1], group: 3 }],
    ['depthwise, stride 2', { x: [1, 3, 5, 6], weight: [3, 1, 3, 3], pads: [1, 1, 1, 1], group: 3, strides: [2, 2] }],
    ['depthwise, two outputs a channel', { x: [1, 2, 4, 4], weight: [4, 1, 3, 3], group: 2 }],
    [
      'depthwise 5×5 dilated',
      { x: [1, 2, 9, 9], weight: [2, 1, 5, 5], group: 2, dilations: [2, 2], pads: [4, 4, 4, 4] },
    ],
    ['many channels, so that either way of the weight gradient is taken', { x: [1, 5, 4, 4], weight: [2, 5, 3, 3] }],
    ['many outputs', { x: [2, 1, 4, 4], weight: [9, 1, 2, 2], pads: [0, 1, 1, 0] }],
  ])('%s', async (_, setting) => {
    const build = node('Conv', setting);
    await checkGradients({ shapes: [setting.x, setting.weight, [setting.weight[0]!]], build });
    await checkGradients({ shapes: [setting.x, setting.weight], build });
  });

  it('by its function, one value as both picture and kernel', async () => {
    await checkGradients({ shapes: [[2, 2, 3, 3]], build: (x) => conv(x, x, undefined, { pad: 1 }) });
  });
});

describe('gradients of convTranspose, against finite differences', () => {
  it.each<[string, Setting]>([
    ['3×3', { x: [2, 2, 3, 4], weight: [2, 3, 3, 3] }],
    ['3×3 padded', { x: [1, 2, 3, 4], weight: [2, 2, 3, 3], pads: [1, 1, 1, 1] }],
    [
      '4×4 stride 2 padded, which doubles',
      { x: [2, 2, 3, 2], weight: [2, 2, 4, 4], strides: [2, 2], pads: [1, 1, 1, 1] },
    ],
    ['2×2 stride 2', { x: [1, 3, 3, 2], weight: [3, 2, 2, 2], strides: [2, 2] }],
    [
      '3×3 stride 2 with output padding',
      { x: [1, 2, 3, 3], weight: [2, 2, 3, 3], strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 0] },
    ],
    ['2×3 stride 3×2, uneven pads', { x: [1, 1, 3, 4], weight: [1, 2, 2, 3], strides: [3, 2], pads: [1, 0, 0, 2] }],
    ['dilated', { x: [1, 2, 3, 4], weight: [2, 1, 3, 2], dilations: [2, 3] }],
    ['two groups', { x: [1, 4, 3, 3], weight: [4, 3, 3, 3], group: 2, pads: [1, 1, 1, 1] }],
    ['depthwise stride 2', { x: [2, 3, 3, 2], weight: [3, 1, 4, 4], group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }],
  ])('%s', async (_, setting) => {
    const build = node('ConvTranspose', setting);
    await checkGradients({ shapes: [setting.x, setting.weight, [setting.weight[1]! * (setting.group ?? 1)]], build });
  });

  it('by its function', async () => {
    const build = (x: Value, w: Value) => convTranspose(x, w, undefined, { stride: 2, pad: 1, outputPad: 1 });
    await checkGradients({
      shapes: [
        [1, 2, 2, 3],
        [2, 2, 3, 3],
      ],
      build,
    });
  });
});
