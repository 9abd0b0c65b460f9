import { describe, expect, it } from 'vitest';
import { randomFor } from '../../src/random.js';
import { schemeOf } from '../../src/tensor/fast/toom-cook.js';
import { type Windows, windowsFor } from '../../src/tensor/fast/winograd-rows.js';

const many = 1e9;
const range = (length: number) => Array.from({ length }, (_, i) => i);
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** Outputs of a window of one column and many channels, summed in the precision that `round` gives. */
function outputs(d: number[][], g: number[][], { scheme, rows }: Windows, round: (x: number) => number) {
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((total, x, i) => round(total + round(x * b[i]!)), 0);
  const products = scheme.b.map((_, k) =>
    d.reduce(
      (total, channel, i) =>
        round(total + round(dot(scheme.b[k]!.map(round), channel) * dot(scheme.g[k]!.map(round), g[i]!))),
      0,
    ),
  );
  return range(rows).map((row) =>
    dot(
      scheme.a.map((line) => round(line[row]!)),
      products,
    ),
  );
}

function direct(d: number[][], g: number[][], rows: number, round: (x: number) => number) {
  return range(rows).map((row) =>
    d.reduce((total, channel, i) => g[i]!.reduce((t, tap, k) => round(t + round(tap * channel[row + k]!)), total), 0),
  );
}

describe('windows of rows', () => {
  // Heights for which each number of products is the cheapest.
  it.each([
    { taps: 3, height: 6, products: 8, error: 4.5 },
    { taps: 3, height: 56, products: 10, error: 9 },
    { taps: 5, height: 4, products: 8, error: 4 },
    { taps: 5, height: 6, products: 10, error: 8 },
    { taps: 5, height: 32, products: 12, error: 20 },
    { taps: 7, height: 4, products: 10, error: 8 },
    { taps: 7, height: 70, products: 12, error: 20 },
    { taps: 9, height: 4, products: 12, error: 20 },
  ])('$taps taps, $height rows: $products products', ({ taps, height, products, error }) => {
    const windows = windowsFor([64, 64, taps, taps], height, many)!;
    expect(windows.products).toBe(products);
    expect(windows.count * windows.rows).toBeGreaterThanOrEqual(height);
    const random = randomFor(1, 'windows of rows');
    const noise = (length: number) => range(16).map(() => range(length).map(() => Math.fround(random.normal())));
    const squares = { exact: 0, method: 0, plain: 0, size: 0 };
    for (const _ of range(40)) {
      const [d, g] = [noise(products), noise(taps)];
      const wanted = direct(d, g, windows.rows, (x) => x);
      const off = (actual: number[]) => sum(actual.map((x, i) => (x - wanted[i]!) ** 2));
      squares.size += sum(wanted.map((x) => x ** 2));
      squares.exact += off(outputs(d, g, windows, (x) => x));
      squares.method += off(outputs(d, g, windows, Math.fround));
      squares.plain += off(direct(d, g, windows.rows, Math.fround));
    }
    expect(Math.sqrt(squares.exact / squares.size)).toBeLessThan(1e-13);
    // In single precision, as a multiple of a plain convolution's error.
    expect(Math.sqrt(squares.method / squares.plain)).toBeLessThan(error);
    expect(Math.sqrt(squares.method / squares.plain)).toBeGreaterThan(1);
  });

  it('are not for kernels of a row, even ones, few channels or little to compute', () => {
    expect(windowsFor([64, 64, 1, 1], 64, many)).toBeUndefined();
    expect(windowsFor([64, 64, 6, 6], 64, many)).toBeUndefined();
    expect(windowsFor([64, 64, 15, 15], 64, many)).toBeUndefined();
    expect(windowsFor([2, 2, 7, 7], 64, many)).toBeUndefined();
    expect(windowsFor([64, 64, 7, 7], 64, 100)).toBeUndefined();
  });
});

it('a scheme of any points computes a convolution', () => {
  const scheme = schemeOf([0, 1, -1, 2], 2);
  const windows = { scheme, rows: 4, products: 5, count: 1 };
  const [d, g] = [[[1, 2, 3, 4, 5]], [[10, 1]]];
  const close = outputs(d, g, windows, (x) => x);
  direct(d, g, 4, (x) => x).forEach((wanted, i) => {
    expect(close[i]).toBeCloseTo(wanted, 9);
  });
});
