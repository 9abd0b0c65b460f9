import { expect } from 'vitest';

/** Fails unless |actual - expected| ≤ tolerance · (1 + |expected|) everywhere; says where it is furthest off. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length, 'number of elements').toBe(expected.length);
  let worst = -1;
  let excess = 1;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(actual[i]! - expected[i]!) / (tolerance * (1 + Math.abs(expected[i]!)));
    if (!(off <= excess)) {
      worst = i;
      excess = off;
    }
  }
  if (worst >= 0) {
    expect.fail(
      `element ${worst} of ${expected.length} is ${actual[worst]}, not ${expected[worst]}: ${excess.toFixed(1)} times the tolerance ${tolerance}`,
    );
  }
}
