import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inverse, meanOfAligned, moved, similarityTo } from '../../src/appearance/alignment.js';

const square = [0, 0, 10, 0, 10, 10, 0, 10, 3, 7];

const similarity = fc
  .tuple(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }))
  .chain(([scale, angle]) =>
    fc.record({
      a: fc.constant(scale * Math.cos(angle)),
      b: fc.constant(scale * Math.sin(angle)),
      c: fc.double({ min: -100, max: 100, noNaN: true }),
      d: fc.double({ min: -100, max: 100, noNaN: true }),
    }),
  );

const close = (points: ArrayLike<number>, expected: ArrayLike<number>) => {
  for (let i = 0; i < expected.length; i++) expect(points[i]).toBeCloseTo(expected[i]!, 6);
};

describe('similarityTo', () => {
  it('finds the similarity that moved the points', () => {
    fc.assert(
      fc.property(similarity, (map) => {
        const there = moved(map, square);
        close(moved(similarityTo(square, there), square), there);
        close(moved(inverse(map), there), square);
      }),
    );
  });

  it('is the best in least squares: any small change of it is worse', () => {
    const there = [1, 2, 12, 1, 11, 14, -2, 9, 4, 4];
    const found = similarityTo(square, there);
    const error = (map: typeof found) =>
      moved(map, square).reduce((sum, value, i) => sum + (value - there[i]!) ** 2, 0);
    for (const key of ['a', 'b', 'c', 'd'] as const) {
      for (const change of [-1e-3, 1e-3]) {
        expect(error({ ...found, [key]: found[key] + change })).toBeGreaterThan(error(found));
      }
    }
  });
});

describe('meanOfAligned', () => {
  it('of one shape in many places is that shape, of size 1 about 0, turned as they are on average', () => {
    const turns = [-0.3, 0.1, 0.2];
    const shapes = turns.map((angle, i) => {
      const scale = 2 + i;
      return moved({ a: scale * Math.cos(angle), b: scale * Math.sin(angle), c: 50 * i, d: -20 }, square);
    });
    const mean = meanOfAligned(shapes);
    const { a, b } = similarityTo(square, mean);
    expect(Math.atan2(b, a)).toBeCloseTo(0, 6);
    close(moved(similarityTo(square, mean), square), mean);
    expect(mean.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
    expect(mean.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(square.length / 2, 9);
  });
});
