import { expect, test } from 'vitest';
import { firstGap } from '../../src/data/choose-points.js';

test('firstGap finds what nobody annotated among the points that matter', () => {
  const visible = Uint8Array.of(2, 0, 1, 0);
  expect(firstGap({ visible }, undefined)).toBe(1);
  expect(firstGap({ visible }, [0, 3, 1])).toBe(3);
  expect(firstGap({ visible }, [0, 2])).toBeUndefined();
  expect(firstGap({}, undefined)).toBeUndefined();
});
