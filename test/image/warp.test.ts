import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Affine } from '../../src/image/affine.js';
import { identity, invert, mapPoints } from '../../src/image/affine.js';
import type { Picture } from '../../src/image/picture.js';
import { warp } from '../../src/image/warp.js';
import { madePicture } from './made-pictures.js';

/** Turns by `angle`, stretches by `sx` and `sy`, and takes the output's centre to (x, y). */
function turned(angle: number, sx: number, sy: number, x: number, y: number, size: number): Affine {
  const [cos, sin, centre] = [Math.cos(angle), Math.sin(angle), (size - 1) / 2];
  const [a, b, d, e] = [cos * sx, -sin * sy, sin * sx, cos * sy];
  return [a, b, x - (a + b) * centre, d, e, y - (d + e) * centre];
}

const maps = (scale: [number, number], centre: [number, number], size: number) =>
  fc
    .record({
      angle: fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
      sx: fc.double({ min: scale[0], max: scale[1], noNaN: true }),
      sy: fc.double({ min: scale[0], max: scale[1], noNaN: true }),
      x: fc.double({ min: centre[0], max: centre[1], noNaN: true }),
      y: fc.double({ min: centre[0], max: centre[1], noNaN: true }),
    })
    .map(({ angle, sx, sy, x, y }) => turned(angle, sx, sy, x, y, size));

/** The mean of bilinear samples, pixels outside being the fill, one by one. */
function byDefinition(picture: Picture, [a, b, c, d, e, f]: Affine, width: number, height: number, fill: number) {
  const { channels, data } = picture;
  const pixel = (x: number, y: number, channel: number) => {
    const inside = x >= 0 && y >= 0 && x < picture.width && y < picture.height;
    return inside ? data[channels * (y * picture.width + x) + channel]! : fill;
  };
  const sample = (x: number, y: number, channel: number) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const row = (at: number) => pixel(left, at, channel) * (left + 1 - x) + pixel(left + 1, at, channel) * (x - left);
    return row(top) * (top + 1 - y) + row(top + 1) * (y - top);
  };
  const [columns, rows] = [Math.hypot(a, d), Math.hypot(b, e)].map((length) => Math.max(1, Math.ceil(length - 1e-6)));
  return Array.from({ length: channels * height * width }, (_, i) => {
    const [x, y, channel] = [i % width, Math.floor(i / width) % height, Math.floor(i / (width * height))];
    let sum = 0;
    for (let row = 0; row < rows!; row++) {
      for (let column = 0; column < columns!; column++) {
        const [u, v] = [x + (column + 0.5) / columns! - 0.5, y + (row + 0.5) / rows! - 0.5];
        sum += sample(a * u + b * v + c, d * u + e * v + f, channel);
      }
    }
    return sum / (rows! * columns!);
  });
}

const channels = fc.constantFrom<(1 | 3)[]>(1, 3);

describe('warp', () => {
  it('reproduces linear ramps inside the picture under any affine map', () => {
    const size = 8;
    fc.assert(
      fc.property(maps([0.05, 5], [30, 49], size), channels, (map, channels) => {
        const ramp = (x: number, y: number, channel: number) => x + 2 * y + 3 * channel;
        const picture = madePicture(80, 80, channels, ramp);
        const planes = warp(picture, map, size, size, { fill: 0 });
        planes.forEach((value, i) => {
          const channel = Math.floor(i / size ** 2);
          const [x, y] = mapPoints(map, [i % size, Math.floor(i / size) % size]);
          // Not exact: mapPoints rounds to float32.
          expect(Math.abs(value - ramp(x!, y!, channel))).toBeLessThan(1e-3);
        });
      }),
    );
  });

  it('keeps a constant, whose border with a like fill does not show', () => {
    fc.assert(
      fc.property(maps([0.05, 5], [-20, 30], 8), channels, fc.integer({ min: 0, max: 255 }), (map, channels, level) => {
        const planes = warp(
          madePicture(11, 13, channels, () => level),
          map,
          8,
          8,
          { fill: level },
        );
        expect(planes.length).toBe(64 * channels);
        for (const value of planes) expect(Math.abs(value - level)).toBeLessThan(1e-3);
      }),
    );
  });

  it('takes a dot to where the inverse map takes its point, to half a pixel', () => {
    const size = 32;
    const within = fc.integer({ min: 12, max: 27 });
    fc.assert(
      fc.property(maps([0.3, 3], [19, 20], size), within, within, (map, x, y) => {
        const picture = madePicture(40, 40, 1, (px, py) => (px === x && py === y ? 255 : 0));
        const planes = warp(picture, map, size, size, { fill: 0 });
        const [expectedX, expectedY] = mapPoints(invert(map), [x, y]);
        fc.pre(expectedX! > 4 && expectedY! > 4 && expectedX! < size - 5 && expectedY! < size - 5);
        const [sum, sumX, sumY] = planes.reduce(
          ([s, sx, sy], value, i) => [s + value, sx + value * (i % size), sy + value * Math.floor(i / size)],
          [0, 0, 0],
        );
        expect(Math.abs(sumX / sum - expectedX!)).toBeLessThan(0.5);
        expect(Math.abs(sumY / sum - expectedY!)).toBeLessThan(0.5);
      }),
    );
  });

  it.each([1, 3] as const)('returns the very picture for the identity, %i channels', (channels) => {
    const picture = madePicture(7, 5, channels, (x, y, channel) => (37 * x + 91 * y + 50 * channel) % 256);
    const planes = warp(picture, identity, 7, 5, { fill: 99 });
    planes.forEach((value, i) => {
      expect(value).toBe(picture.data[(i % 35) * channels + Math.floor(i / 35)]);
    });
  });

  it.each([2, 3, 8])('shrinking %i times is the mean of the pixels of each square', (k) => {
    const picture = madePicture(4 * k, 3 * k, 1, (x, y) => (37 * x * x + 91 * y + 13 * x * y) % 256);
    const shift = (k - 1) / 2;
    const planes = warp(picture, [k, 0, shift, 0, k, shift], 4, 3, { fill: 0 });
    planes.forEach((value, i) => {
      let sum = 0;
      for (let y = 0; y < k; y++) {
        for (let x = 0; x < k; x++) {
          sum += picture.data[(k * Math.floor(i / 4) + y) * 4 * k + k * (i % 4) + x]!;
        }
      }
      expect(value).toBeCloseTo(sum / k ** 2, 3);
    });
  });

  it('goes on as fill outside, blended over one pixel at the border', () => {
    const picture = madePicture(2, 2, 1, () => 100);
    const planes = warp(picture, [0.5, 0, -1.5, 0, 0.5, 0.5], 9, 1, { fill: 20 });
    // x = -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5 at y = 0.5
    expect([...planes]).toEqual([20, 20, 60, 100, 100, 100, 60, 20, 20]);
    expect([...warp(picture, [1, 0, 1e6, 0, 1, 0], 2, 1, { fill: 20 })]).toEqual([20, 20]);
  });

  it('reads the border of a picture of one pixel', () => {
    const picture = madePicture(1, 1, 3, (_x, _y, channel) => 10 + channel);
    expect([...warp(picture, [0.5, 0, 0, 0, 1, 0], 2, 1, { fill: 0 })]).toEqual([10, 5, 11, 5.5, 12, 6]);
  });

  it('is what its definition gives, inside, outside and over the border, in any size and channels', () => {
    const sizes = fc.record({ width: fc.integer({ min: 1, max: 11 }), height: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(maps([0.05, 3], [-6, 20], 8), channels, sizes, sizes, (map, channels, { width, height }, seen) => {
        const value = (x: number, y: number, channel: number) =>
          (37 * x * x + 91 * y + 13 * x * y + 50 * channel) % 256;
        const picture = madePicture(2 * seen.width, 2 * seen.height, channels, value);
        const planes = warp(picture, map, width, height, { fill: 77 });
        const expected = byDefinition(picture, map, width, height, 77);
        for (const [i, level] of planes.entries()) expect(Math.abs(level - expected[i]!)).toBeLessThan(1e-3);
      }),
    );
  });

  it('refuses a fill that is no grey level', () => {
    const picture = madePicture(2, 2, 1, () => 100);
    for (const fill of [-1, 256, 0.5, Number.NaN]) {
      expect(() => warp(picture, identity, 2, 2, { fill })).toThrow(RangeError);
    }
  });

  it('ends for absurd maps, and refuses those that are not finite', () => {
    const picture = madePicture(2, 2, 1, () => 100);
    expect([...warp(picture, [1e9, 0, 0, 0, 1e9, 0], 1, 1, { fill: 20 })][0]).toBeCloseTo(20);
    const beyondNumbers = warp(picture, [1e308, -1e308, 0, 1e308, 1e308, 0], 3, 3, { fill: 20 });
    for (const level of beyondNumbers) expect(Number.isFinite(level)).toBe(true);
    expect(() => warp(picture, [Number.NaN, 0, 0, 0, 1, 0], 1, 1, { fill: 0 })).toThrow(RangeError);
  });
});
