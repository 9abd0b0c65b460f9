import { describe, it } from 'vitest';
import type { Value } from '../../src/tensor/graph.js';
import { constant } from '../../src/tensor/graph.js';
import * as ops from '../../src/tensor/ops/index.js';
import { broadcastShape, sizeOf } from '../../src/tensor/types.js';
import type { Check } from './gradient-check.js';
import { apart, between, checkGradients, normal } from './gradient-check.js';

const kinked = apart(0.3);

/** True at every second element of what a and b broadcast to. */
function evens(a: Value, b: Value): Value {
  const shape = broadcastShape(a.shape, b.shape, 'evens');
  const flags = Uint8Array.from({ length: sizeOf(shape) }, (_, i) => (i + 1) % 2);
  return constant(a.graph, flags, shape, 'bool');
}

describe('gradients of functions of one value, against finite differences', () => {
  const smooth = between(-2, 2);
  const positive = between(0.5, 3);
  it.each<[string, Check['build'], Check['draw']]>([
    ['relu', ops.relu, kinked],
    ['leakyRelu', (x) => ops.leakyRelu(x, 0.2), kinked],
    ['elu', (x) => ops.elu(x, 1.3), kinked],
    ['sigmoid', ops.sigmoid, smooth],
    ['tanh', ops.tanh, smooth],
    ['softplus', ops.softplus, smooth],
    ['silu', ops.silu, smooth],
    // Kinks at ±3: 0.45, 0.75, … and their negatives stay 0.15 away from these.
    ['hardSigmoid', ops.hardSigmoid, kinked],
    ['hardSwish', ops.hardSwish, kinked],
    ['exp', ops.exp, smooth],
    ['log', ops.log, positive],
    ['sqrt', ops.sqrt, positive],
    ['reciprocal', ops.reciprocal, between(1, 3)],
    ['erf', ops.erf, smooth],
    ['abs', ops.abs, kinked],
    ['neg', ops.neg, normal],
    ['clip', (x) => ops.clip(x, -0.6, 0.9), kinked],
    ['cast', (x) => ops.cast(x, 'float32'), normal],
    ['identity', ops.identity, normal],
    ['used twice', (x) => ops.mul(ops.add(x, ops.tanh(x)), x), smooth],
    ['used thrice', (x) => ops.add(ops.add(x, x), ops.div(x, ops.add(ops.mul(x, x), ops.exp(x)))), smooth],
  ])('%s', async (_, build, draw) => {
    await checkGradients({ shapes: [[3, 5]], build, draw: draw! });
    await checkGradients({ shapes: [[1, 2, 3, 1]], build, draw: draw! });
  });
});

describe('gradients of softmax, against finite differences', () => {
  it.each([
    [[3, 5], -1],
    [[1, 4, 3], 1],
    [[2, 3, 2, 2], 0],
  ])('%j along %i', async (shape, axis) => {
    await checkGradients({ shapes: [shape], build: (x) => ops.softmax(x, axis) });
    await checkGradients({ shapes: [shape], build: (x) => ops.logSoftmax(x, axis) });
  });
});

describe('gradients of functions of two values that broadcast, against finite differences', () => {
  const shapes = [
    [
      [2, 3],
      [2, 3],
    ],
    [
      [3, 2, 5],
      [2, 1],
    ],
    [
      [3, 1],
      [2, 1, 4],
    ],
    [[2, 3], []],
    [[], [3, 2]],
    [[1], [1, 1, 3]],
  ];
  const divisor = [normal, between(1, 3)];
  it.each<[string, Check['build'], Check['draw']]>([
    ['add', ops.add, normal],
    ['sub', ops.sub, normal],
    ['mul', ops.mul, normal],
    ['div', ops.div, divisor],
    ['pow', ops.pow, [between(1, 3), between(-1, 2)]],
    ['where', (a, b) => ops.where(evens(a, b), a, b), normal],
  ])('%s', async (_, build, draw) => {
    for (const pair of shapes) await checkGradients({ shapes: pair, build, draw: draw! });
  });

  it.each<[string, Check['build']]>([
    ['max', ops.max],
    ['min', ops.min],
  ])('%s', async (_, build) => {
    // Odd and even multiples of 0.3, so that the two never come near one another.
    const shifted: Check['draw'] = [apart(0.6), (shape, random) => apart(0.6)(shape, random).map((x) => x + 0.3)];
    for (const pair of shapes) await checkGradients({ shapes: pair, build, draw: shifted });
  });

  it.each([
    [
      [2, 3, 4],
      [3, 1],
    ],
    [[1, 3, 2, 2], [1]],
    [
      [3, 2],
      [3, 2],
    ],
  ])('prelu %j slope %j', async (...pair) => {
    await checkGradients({ shapes: pair, build: ops.prelu, draw: [kinked, normal] });
  });
});
