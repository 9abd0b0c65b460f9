import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve, cumulativeCurve, failureRate } from '../../src/metrics/cumulative-error.js';
import { normalisingDistance, pointErrors } from '../../src/metrics/point-error.js';
import { mean, median, quantile } from '../../src/metrics/quantile.js';
import { score } from '../../src/metrics/score.js';

const errors = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('pointErrors', () => {
  it('is the distance of each point: 3-4-5 and 5-12-13', () => {
    expect([...pointErrors([3, 4, 1, 1, 15, 2], [0, 0, 1, 1, 10, 14])]).toEqual([5, 0, 13]);
  });

  it('refuses points of another number', () => {
    expect(() => pointErrors([1, 2], [1, 2, 3, 4])).toThrow('1 predicted points do not fit 2 true ones');
  });
});

describe('normalisingDistance', () => {
  it('is the distance between the means of two groups', () => {
    // Means (1, 1) and (4, 5).
    const truth = [0, 0, 2, 2, 4, 5, 99, 99];
    expect(normalisingDistance({ name: 'eyes', from: [0, 1], to: [2] }, truth)).toBe(5);
  });
});

describe('quantile', () => {
  it('is linear between neighbours, as NumPy does', () => {
    const values = [7, 1, 3, 2];
    // numpy.quantile([7, 1, 3, 2], [0, 0.1, 0.25, 0.5, 0.9, 1])
    expect([0, 0.1, 0.25, 0.5, 0.9, 1].map((q) => quantile(values, q))).toEqual([
      1,
      expect.closeTo(1.3, 12),
      1.75,
      2.5,
      expect.closeTo(5.8, 12),
      7,
    ]);
    expect(values).toEqual([7, 1, 3, 2]);
    expect(median([5])).toBe(5);
    expect(median([])).toBeNaN();
  });

  it('sorts numbers as numbers', () => {
    expect(median([100, 9, 20])).toBe(20);
  });
});

describe('failureRate', () => {
  it('counts what is above the limit, and what is no number', () => {
    expect(failureRate([8, 8.01, 3, Number.NaN], 8)).toBe(0.5);
  });
});

describe('areaUnderCurve', () => {
  it('has closed forms', () => {
    expect(areaUnderCurve([0, 0], 8)).toBe(1);
    expect(areaUnderCurve([8, 9], 8)).toBe(0);
    expect(areaUnderCurve([4], 8)).toBe(0.5);
    // 1 - mean / limit where all are below it.
    expect(areaUnderCurve([1, 2, 6], 8)).toBeCloseTo(1 - 3 / 8, 12);
  });

  it('is the integral of the curve, also by the trapezoids of a fine grid', () => {
    fc.assert(
      fc.property(errors, (values) => {
        const steps = 4000;
        const share = (at: number) => values.filter((value) => value <= at).length / values.length;
        let sum = 0;
        for (let i = 0; i < steps; i++) sum += (share((8 * i) / steps) + share((8 * (i + 1)) / steps)) / 2;
        expect(areaUnderCurve(values, 8)).toBeCloseTo(sum / steps, 3);
      }),
      { numRuns: 20 },
    );
  });
});

describe('cumulativeCurve', () => {
  it('ascends to 1, and agrees with the failure rate', () => {
    fc.assert(
      fc.property(errors, (values) => {
        const curve = cumulativeCurve(values);
        expect(curve.at(-1)!.share).toBe(1);
        for (const [i, { error, share }] of curve.entries()) {
          if (i > 0) expect(error).toBeGreaterThanOrEqual(curve[i - 1]!.error);
          if (error !== curve[i + 1]?.error) expect(share).toBeCloseTo(1 - failureRate(values, error), 12);
        }
      }),
    );
  });
});

describe('score', () => {
  const faces = [
    { pixels: 2, normaliser: 50, squared: 0.1 },
    { pixels: 9, normaliser: 100, squared: 0.2 },
    { pixels: 24, normaliser: 200, squared: 0.6 },
  ];

  it('is worked out by hand: NME 4, 9 and 12 %', () => {
    const { nme, fr8, fr10, auc8, pixels, mse } = score(faces, 'eyes');
    expect(nme).toEqual({ mean: expect.closeTo(25 / 3, 10), median: 9, normaliser: 'eyes' });
    expect(fr8).toBeCloseTo(2 / 3, 12);
    expect(fr10).toBeCloseTo(1 / 3, 12);
    expect(auc8).toBeCloseTo(0.5 / 3, 12);
    expect(pixels).toEqual({ mean: mean([2, 9, 24]), median: 9 });
    expect(mse).toBeCloseTo(0.3, 12);
  });

  it('has null, not NaN, where the markup has no normalising points', () => {
    const bare = score(
      faces.map((face) => ({ ...face, normaliser: Number.NaN })),
      undefined,
    );
    expect(bare).toMatchObject({ faces: 3, nme: null, fr8: null, fr10: null, auc8: null });
    expect(JSON.stringify(bare)).not.toContain('NaN');
  });
});
