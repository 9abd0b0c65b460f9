import { describe, expect, it } from 'vitest';
import { calibrate, rankCorrelation } from '../../src/metrics/calibration.js';
import { randomFor } from '../../src/random.js';

describe('rankCorrelation', () => {
  it('is 1 for what rises together, -1 for what falls, and shares ranks of equal values', () => {
    expect(rankCorrelation([1, 2, 3, 9], [0.1, 0.2, 7, 8])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    // Ranks 1, 2.5, 2.5, 4, 5 and 2, 1, 4.5, 4.5, 3: by hand.
    expect(rankCorrelation([1, 2, 2, 3, 5], [2, 1, 4, 4, 3])).toBeCloseTo(3.75 / 9.5, 12);
    expect(rankCorrelation([1, 1], [1, 2])).toBeNaN();
  });
});

describe('calibrate', () => {
  const random = randomFor(1, 'errors');
  const faces = (bias: number) =>
    Array.from({ length: 200 }, () => {
      const expected = Float64Array.from({ length: 50 }, () => Math.exp(random.uniform(-2, 2)));
      // Errors whose mean is the expected one: exponential.
      return { expected, actual: expected.map((e) => -bias * e * Math.log(1 - random.uniform())) };
    });

  it('finds what a model that knows itself expects, in bins of equal size', () => {
    const { bins, points, rankCorrelation: rank } = calibrate(faces(1));
    expect(points).toBe(10_000);
    expect(bins.map((bin) => bin.points)).toEqual(new Array(10).fill(1000));
    for (const { expected, actual, lower, upper } of bins) {
      expect(Math.abs(actual / expected - 1)).toBeLessThan(0.12);
      expect(lower).toBeLessThan(actual);
      expect(upper).toBeGreaterThan(lower);
    }
    expect(rank.points).toBeGreaterThan(0.5);
  });

  it('shows who is too sure', () => {
    for (const { expected, actual } of calibrate(faces(2)).bins) expect(actual).toBeGreaterThan(1.6 * expected);
  });

  it('makes no empty bins of few points', () => {
    const { bins } = calibrate([{ expected: [1, 2, 3], actual: [1, 1, 1] }]);
    expect(bins.map(({ points }) => points)).toEqual([1, 1, 1]);
  });
});
