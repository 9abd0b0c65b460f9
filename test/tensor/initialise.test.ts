import { describe, expect, it } from 'vitest';
import { randomFor } from '../../src/random.js';
import { fanIn, fanInUniform, fanOut, fill, kaimingNormal } from '../../src/tensor/initialise.js';
import { dropoutMask } from '../../src/tensor/ops/index.js';

const drawn = (initialiser: ReturnType<typeof fill>, seed = 1) => {
  const data = new Float32Array(20_000);
  initialiser(data, randomFor(seed, 'initialise'));
  return data;
};
const mean = (data: Float32Array) => data.reduce((sum, x) => sum + x, 0) / data.length;
const deviation = (data: Float32Array) => Math.sqrt(mean(data.map((x) => x * x)) - mean(data) ** 2);

describe('initialisers', () => {
  it('know the fans of kernels and matrices', () => {
    expect([fanIn([8, 4, 3, 5]), fanOut([8, 4, 3, 5])]).toEqual([60, 120]);
    expect([fanIn([8, 4]), fanOut([8, 4])]).toEqual([4, 8]);
  });

  it('uniform in ±1 / √fanIn', () => {
    const data = drawn(fanInUniform(16));
    expect(Math.max(...data)).toBeLessThanOrEqual(0.25);
    expect(Math.max(...data)).toBeGreaterThan(0.249);
    expect(Math.min(...data)).toBeLessThan(-0.249);
    // 4 standard errors of the mean of 20,000 draws of deviation 0.25 / √3
    expect(Math.abs(mean(data))).toBeLessThan((4 * 0.25) / Math.sqrt(3 * 20_000));
  });

  it('Kaiming normal has the deviation √(2 / fan)', () => {
    const data = drawn(kaimingNormal(50));
    expect(deviation(data)).toBeCloseTo(0.2, 2);
    expect(Math.abs(mean(data))).toBeLessThan((4 * 0.2) / Math.sqrt(20_000));
  });

  it('the seed decides', () => {
    expect(drawn(fanInUniform(3), 5)).toEqual(drawn(fanInUniform(3), 5));
    expect(drawn(fanInUniform(3), 5)).not.toEqual(drawn(fanInUniform(3), 6));
    expect(new Set(drawn(fill(1)))).toEqual(new Set([1]));
  });
});

describe('dropout masks', () => {
  it('are 0 at the rate, else 1, as the seed decides', () => {
    const mask = dropoutMask(randomFor(3), [100, 100], 0.3);
    expect(new Set(mask)).toEqual(new Set([0, 1]));
    // 4 standard errors of a share of 10,000
    expect(Math.abs(1 - mean(mask) - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / 10_000));
    expect(dropoutMask(randomFor(3), [100, 100], 0.3)).toEqual(mask);
  });
});
