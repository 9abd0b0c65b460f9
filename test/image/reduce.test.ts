import { describe, expect, it } from 'vitest';
import { compose } from '../../src/image/affine.js';
import { reducePicture } from '../../src/image/reduce.js';
import { warp } from '../../src/image/warp.js';
import { madePicture } from './made-pictures.js';

describe('reducePicture', () => {
  it.each([1, 3] as const)('averages boxes of whole pixels, %i channels', (channels) => {
    const picture = madePicture(12, 6, channels, (x, y, channel) => (37 * x + 91 * y * y + 50 * channel) % 256);
    const { picture: reduced, map } = reducePicture(picture, 4, 3);
    expect([reduced.width, reduced.height, reduced.channels]).toEqual([3, 2, channels]);
    expect(map).toEqual([4, 0, 1.5, 0, 3, 1]);
    const means = warp(picture, map, 3, 2, { fill: 0 });
    reduced.data.forEach((value, i) => {
      const mean = means[(i % channels) * 6 + Math.floor(i / channels)]!;
      expect(Math.abs(value - mean)).toBeLessThanOrEqual(0.5 + 1e-4);
    });
  });

  it('averages what there is at the right and lower border', () => {
    const { picture } = reducePicture(
      madePicture(3, 3, 1, (x, y) => 10 * x + y),
      2,
      2,
    );
    expect([picture.width, picture.height]).toEqual([2, 2]);
    expect([...picture.data]).toEqual([6, 21, 7, 22]);
  });

  it('shows the same after warping through its map', () => {
    const picture = madePicture(60, 60, 1, (x, y) => 2 * x + y);
    const { picture: reduced, map } = reducePicture(picture, 3, 2);
    const crop = [4, 1, 10, -1, 4, 20] as const;
    const direct = warp(picture, crop, 6, 6, { fill: 0 });
    const [a, , c, , e, f] = map;
    const through = warp(reduced, compose([1 / a, 0, -c / a, 0, 1 / e, -f / e], crop), 6, 6, { fill: 0 });
    through.forEach((value, i) => {
      expect(Math.abs(value - direct[i]!)).toBeLessThan(0.75);
    });
  });

  it('returns the picture itself for 1 × 1 and refuses other numbers', () => {
    const picture = madePicture(3, 3, 1, () => 7);
    expect(reducePicture(picture, 1, 1).picture).toBe(picture);
    for (const factor of [0, -1, 1.5, Number.NaN]) expect(() => reducePicture(picture, factor, 1)).toThrow(RangeError);
  });
});
