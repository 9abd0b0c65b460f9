import { describe, expect, it } from 'vitest';
import { randomFor } from '../src/random.js';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('randomFor', () => {
  it('draws alike from the same seed and path, and otherwise for another', () => {
    const draw = (...path: [number, ...(string | number)[]]) => {
      const random = randomFor(...path);
      return range(5).map(() => random.uniform());
    };
    expect(draw(1, 'a', 2)).toEqual(draw(1, 'a', 2));
    expect(draw(1, 'a', 2)).not.toEqual(draw(1, 'a', 3));
    expect(draw(1, 'a', 2)).not.toEqual(draw(2, 'a', 2));
    expect(draw(1, 'a', 'b')).not.toEqual(draw(1, 'ab'));
    expect(draw(1, '2')).not.toEqual(draw(1, 2));
  });

  // What the first number of a stream says must not depend on that of the stream before: it decides about mirroring.
  it('draws the first numbers of neighbouring streams independently', () => {
    const [epochs, samples] = [40, 240];
    for (const skip of [0, 1, 2, 3]) {
      const heads = range(epochs).map((epoch) =>
        range(samples).map((sample) => {
          const random = randomFor(0, 'augment', epoch, sample);
          for (let i = 0; i < skip; i++) random.uniform();
          return random.uniform() < 0.5;
        }),
      );
      const shares = heads.map((row) => row.filter(Boolean).length / samples);
      const agreements = heads.flatMap((row, a) =>
        heads.slice(0, a).map((other) => row.filter((head, i) => head === other[i]).length / samples),
      );
      // Five deviations of a fair coin: √(0.25 / 240) = 0.032.
      for (const share of [...shares, ...agreements]) expect(Math.abs(share - 0.5)).toBeLessThan(0.17);
    }
  });

  it('shuffles every item to every place about equally often, over neighbouring streams', () => {
    const counts = range(9).map(() => range(9).map(() => 0));
    for (const epoch of range(900)) {
      for (const [place, item] of randomFor(3, 'order', epoch).shuffle(range(9)).entries()) counts[item]![place]!++;
    }
    // 100 expected, with a deviation of 9.4.
    for (const count of counts.flat()) expect(Math.abs(count - 100)).toBeLessThan(48);
  });

  it('has the moments of a uniform and of a normal distribution', () => {
    const random = randomFor(5, 'moments');
    const [count, uniform, normal] = [20_000, [0, 0], [0, 0]];
    for (let i = 0; i < count; i++) {
      const [u, n] = [random.uniform(-1, 1), random.normal()];
      uniform[0]! += u / count;
      uniform[1]! += u ** 2 / count;
      normal[0]! += n / count;
      normal[1]! += n ** 2 / count;
    }
    expect(uniform[0]).toBeCloseTo(0, 1);
    expect(uniform[1]).toBeCloseTo(1 / 3, 1);
    expect(Math.abs(normal[0]!)).toBeLessThan(0.04);
    expect(Math.abs(normal[1]! - 1)).toBeLessThan(0.06);
  });
});
