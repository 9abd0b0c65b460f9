import { describe, expect, it } from 'vitest';
import { randomFor } from '../../src/random.js';
import { updateByNumbers } from '../../src/tensor/optimisers/adam.js';
import { type AdamArrays, adamByVectors } from '../../src/tensor/optimisers/adam-vectors.js';
import { averageByNumbers, averageByVectors } from '../../src/tensor/optimisers/average.js';
import type { Optimiser } from '../../src/tensor/optimisers/index.js';
import {
  adam,
  adamW,
  averageWeights,
  clipGlobalNorm,
  constantRate,
  cosineRate,
  globalNorm,
  rangesOf,
  sgd,
  stepRate,
} from '../../src/tensor/optimisers/index.js';
import { allocateWeights } from '../../src/tensor/weights.js';
import type { FixtureTensor } from './fixtures.js';
import { fixtures, floats } from './fixtures.js';
import { expectClose } from './numbers.js';

interface Case {
  readonly name: string;
  readonly hyper: {
    readonly lr: number;
    readonly weight_decay: number;
    readonly betas?: [number, number];
    readonly eps?: number;
    readonly momentum?: number;
    readonly nesterov?: boolean;
  };
  readonly param0: FixtureTensor;
  readonly grads: FixtureTensor[];
  readonly steps: Record<'param' | 'exp_avg' | 'exp_avg_sq' | 'momentum_buffer', FixtureTensor>[];
}

const names = { mean: 'exp_avg', square: 'exp_avg_sq', velocity: 'momentum_buffer' } as const;

function optimiserOf({ name, hyper }: Case, size: number): Optimiser {
  const weightDecay = hyper.weight_decay;
  if (name.startsWith('sgd')) return sgd(size, { momentum: hyper.momentum!, nesterov: hyper.nesterov!, weightDecay });
  const options = { betas: hyper.betas!, epsilon: hyper.eps!, weightDecay };
  return name.startsWith('adamw') ? adamW(size, options) : adam(size, options);
}

describe('optimisers take the steps of PyTorch', () => {
  it.each(fixtures<Case>('optimizers'))('$name', (one) => {
    const parameters = floats(one.param0);
    const optimiser = optimiserOf(one, parameters.length);
    for (const [step, expected] of one.steps.entries()) {
      optimiser.step(parameters, floats(one.grads[step]!), one.hyper.lr, step);
      expectClose(parameters, floats(expected.param), 1e-6);
      for (const [name, data] of Object.entries(optimiser.state)) {
        expectClose(data, floats(expected[names[name as keyof typeof names]]), 1e-6);
      }
    }
  });
});

it('Adam by vectors takes the steps of Adam by numbers, whatever the length', () => {
  const byVectors = adamByVectors()!;
  const random = randomFor(1, 'Adam by vectors');
  for (const length of [0, 1, 3, 4, 17, 16383, 16385, 40000]) {
    const noise = (make: () => number) => Float32Array.from({ length }, make);
    const arrays: AdamArrays = [
      ...([noise(() => random.normal()), noise(() => random.normal()), noise(() => random.normal())] as const),
      noise(() => random.normal() ** 2),
    ];
    const copies = arrays.map((array) => array.slice()) as unknown as AdamArrays;
    const numbers = { beta1: 0.9, beta2: 0.999, rate: 0.01, correction: 3, penalty: 0.1, shrink: 0.99, epsilon: 1e-8 };
    byVectors(arrays, numbers);
    updateByNumbers(copies, numbers);
    for (const [i, array] of arrays.entries()) expectClose(array, copies[i]!, 1e-6);
  }
});

describe('weight decay', () => {
  it.each([
    ['sgd', (options: object) => sgd(6, options)],
    ['sgd with momentum', (options: object) => sgd(6, { momentum: 0.9, ...options })],
    ['adam', (options: object) => adam(6, options)],
    ['adamW', (options: object) => adamW(6, options)],
  ])('%s: only the ranges named decay', (_, make) => {
    const gradients = Float32Array.of(1, -2, 3, -4, 5, -6);
    const run = (options: object) => {
      const parameters = Float32Array.of(1, 2, 3, 4, 5, 6);
      const optimiser = make(options);
      for (let step = 0; step < 3; step++) optimiser.step(parameters, gradients, 0.1, step);
      return parameters;
    };
    const none = run({});
    const all = run({ weightDecay: 0.5 });
    const decays = [
      { start: 1, end: 3 },
      { start: 5, end: 6 },
    ];
    expect([...run({ weightDecay: 0.5, decays })]).toEqual([none[0], all[1], all[2], none[3], none[4], all[5]]);
    expect([...run({ weightDecay: 0.5, decays: [] })]).toEqual([...none]);
    expect(all[4]).not.toBe(none[4]);
  });

  it('refuses ranges that overlap or lie outside', () => {
    expect(() => adam(6, { weightDecay: 1, decays: [{ start: 4, end: 7 }] })).toThrow(/4 to 7 does not fit/);
    const overlap = [
      { start: 0, end: 4 },
      { start: 3, end: 5 },
    ];
    expect(() => adam(6, { weightDecay: 1, decays: overlap })).toThrow(/3 to 5/);
  });

  it('finds the ranges of weights chosen by name and shape, neighbours joined', () => {
    const shapes = { a: [2, 3], b: [2], c: [4], d: [1, 2] };
    const weights = allocateWeights(Object.entries(shapes).map(([name, shape]) => ({ name, shape })));
    expect(rangesOf(weights, (_, shape) => shape.length > 1)).toEqual([
      { start: 0, end: 6 },
      { start: 12, end: 14 },
    ]);
    expect(rangesOf(weights, (name) => name !== 'd')).toEqual([{ start: 0, end: 12 }]);
  });
});

describe('gradient clipping', () => {
  it('scales down to the largest norm and tells the norm before', () => {
    const gradients = Float32Array.of(3, 0, 0, 0, -4);
    expect(clipGlobalNorm(gradients, 1)).toBe(5);
    expectClose(gradients, Float32Array.of(0.6, 0, 0, 0, -0.8), 1e-6);
    expect(globalNorm(gradients)).toBeCloseTo(1, 5);
  });

  it('leaves smaller gradients as they are', () => {
    const gradients = Float32Array.of(0.3, 0.4);
    const before = [...gradients];
    clipGlobalNorm(gradients, 1);
    expect([...gradients]).toEqual(before);
  });
});

describe('weight averaging', () => {
  it('keeps 1/10 of the start at first, then up to the decay', () => {
    const average = Float32Array.of(0);
    averageWeights(average, Float32Array.of(10), 0.999, 0);
    expect(average[0]).toBeCloseTo(9, 5);
    averageWeights(average, Float32Array.of(0), 0.5, 1000);
    expect(average[0]).toBeCloseTo(4.5, 5);
  });

  it('is the same by vectors, and comes to rest where the weights do', () => {
    const byVectors = averageByVectors()!;
    const random = randomFor(1, 'average by vectors');
    for (const length of [0, 1, 3, 4, 17, 16383, 16385, 40000]) {
      const [average, weights] = [0, 1].map(() => Float32Array.from({ length }, () => random.normal()));
      const copy = average!.slice();
      byVectors([average!, weights!], [0.005]);
      averageByNumbers([copy, weights!], [0.005]);
      expectClose(average!, copy, 1e-6);
    }
    const average = Float32Array.of(0.5);
    for (let step = 0; step < 50_000; step++) averageWeights(average, Float32Array.of(1), 0.999, step);
    expect(Math.abs(average[0]! - 1)).toBeLessThan(1e-4);
  });
});

describe('schedules', () => {
  const rates = (schedule: (step: number) => number, steps: readonly number[]) =>
    steps.map((step) => Number(schedule(step).toFixed(6)));

  it('constant', () => expect(rates(constantRate(0.1), [0, 1000])).toEqual([0.1, 0.1]));
  it('step', () => {
    const schedule = stepRate(0.1, { every: 10, factor: 0.5 });
    expect(rates(schedule, [0, 9, 10, 19, 20])).toEqual([0.1, 0.1, 0.05, 0.05, 0.025]);
  });
  it('cosine with warm-up', () => {
    const schedule = cosineRate(1, { steps: 14, warmUp: 4, final: 0.1 });
    expect(rates(schedule, [0, 3, 4, 9, 14, 99])).toEqual([0.25, 1, 1, 0.55, 0.1, 0.1]);
  });
  it('cosine without warm-up begins at the rate', () => {
    expect(rates(cosineRate(2, { steps: 10 }), [0, 5, 10])).toEqual([2, 1, 0]);
  });
});
