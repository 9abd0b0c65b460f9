import { describe, it } from 'vitest';
import { float } from '../../src/tensor/attributes.js';
import type { Value } from '../../src/tensor/graph.js';
import { constant } from '../../src/tensor/graph.js';
import { apply, applyAll } from '../../src/tensor/operator.js';
import { averagePool, globalAveragePool, globalMaxPool, resize } from '../../src/tensor/ops/index.js';
import { apart, checkGradients } from './gradient-check.js';

interface Setting {
  readonly x: number[];
  readonly kernel_shape: number[];
  readonly strides?: number[];
  readonly pads?: number[];
  readonly ceil_mode?: number;
  readonly dilations?: number[];
}

const windows: [string, Setting][] = [
  ['2×2', { x: [2, 2, 4, 6], kernel_shape: [2, 2], strides: [2, 2] }],
  ['2×2 on odd sizes', { x: [1, 2, 5, 7], kernel_shape: [2, 2], strides: [2, 2] }],
  ['3×3 stride 2 padded', { x: [3, 1, 5, 6], kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
  ['3×3 stride 1', { x: [1, 2, 4, 5], kernel_shape: [3, 3] }],
  ['2×3 stride 1×2, uneven pads', { x: [1, 2, 4, 6], kernel_shape: [2, 3], strides: [1, 2], pads: [1, 1, 0, 2] }],
  ['2×2 stride 3', { x: [1, 1, 7, 8], kernel_shape: [2, 2], strides: [3, 3] }],
  ['rounded up', { x: [1, 2, 6, 5], kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }],
  [
    'rounded up and padded',
    { x: [1, 1, 6, 7], kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 },
  ],
  // PyTorch leaves out a window that would start in the padding.
  [
    'rounded up, last window outside',
    { x: [1, 1, 5, 5], kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 },
  ],
  ['2×2 rounded up', { x: [1, 2, 5, 3], kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }],
  ['2×2 padded', { x: [1, 2, 5, 4], kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] }],
  ['the whole picture', { x: [2, 3, 3, 2], kernel_shape: [3, 2] }],
];

const attributesOf = ({ kernel_shape, strides, pads, ceil_mode, dilations }: Setting) => ({
  kernel_shape,
  strides: strides ?? [1, 1],
  pads: pads ?? [0, 0, 0, 0],
  ceil_mode: ceil_mode ?? 0,
  ...(dilations ? { dilations } : {}),
});

describe('gradients of max pooling, against finite differences', () => {
  it.each([
    ...windows,
    [
      'dilated, windows that interlock',
      { x: [1, 1, 7, 7], kernel_shape: [2, 2], strides: [2, 2], dilations: [2, 2] },
    ] as [string, Setting],
    ['dilated, stride 1', { x: [1, 1, 5, 6], kernel_shape: [2, 2], dilations: [2, 3] }] as [string, Setting],
  ])('%s', async (_, setting) => {
    const build = (x: Value) => applyAll(x.graph, 'MaxPool', [x], attributesOf(setting), { outputs: 2 })[0]!;
    await checkGradients({ shapes: [setting.x], build, draw: apart(0.3) });
  });

  it('over the whole picture', async () => {
    await checkGradients({ shapes: [[2, 3, 3, 5]], build: globalMaxPool, draw: apart(0.3) });
  });
});

describe('gradients of average pooling, against finite differences', () => {
  it.each(windows)('%s', async (_, setting) => {
    for (const count_include_pad of [0, 1]) {
      const build = (x: Value) => apply('AveragePool', [x], { ...attributesOf(setting), count_include_pad });
      await checkGradients({ shapes: [setting.x], build });
    }
  });

  it('by its function', async () => {
    const shapes = [[2, 2, 5, 4]];
    await checkGradients({ shapes, build: (x) => averagePool(x, { kernel: 2 }) });
    const options = { kernel: 3, stride: 2, pad: 1, countPadding: false };
    await checkGradients({ shapes, build: (x) => averagePool(x, options) });
  });

  it('over the whole picture', async () => {
    await checkGradients({ shapes: [[2, 3, 3, 5]], build: globalAveragePool });
  });
});

describe('gradients of resizing, against finite differences', () => {
  const sizes = [
    [6, 10],
    [4, 7],
    [2, 3],
    [1, 1],
    [3, 5],
  ] as const;
  it.each([
    { mode: 'nearest' as const },
    { mode: 'bilinear' as const },
    { mode: 'bilinear' as const, alignCorners: true },
  ])('%j', async (options) => {
    for (const [height, width] of sizes) {
      await checkGradients({ shapes: [[2, 2, 3, 5]], build: (x) => resize(x, height, width, options) });
    }
  });

  const rules = ['half_pixel', 'pytorch_half_pixel', 'asymmetric', 'align_corners'];
  const roundings = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];
  it.each(rules)('by scales, %s', async (rule) => {
    for (const scales of [
      [2, 2],
      [1.7, 0.6],
      [0.5, 3],
    ]) {
      const node = (attributes: Record<string, string>) => (x: Value) =>
        apply('Resize', [x, undefined, constant(x.graph, Float32Array.of(1, 1, ...scales), [4])], {
          coordinate_transformation_mode: rule,
          cubic_coeff_a: float(-0.75),
          ...attributes,
        });
      await checkGradients({ shapes: [[1, 2, 4, 5]], build: node({ mode: 'linear' }) });
      for (const nearest_mode of roundings) {
        await checkGradients({ shapes: [[1, 1, 4, 5]], build: node({ mode: 'nearest', nearest_mode }) });
      }
    }
  });
});
