import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Random, randomFor } from '../../../src/random.js';
import { blur } from '../../../src/train/augment/blur.js';
import { changeColour } from '../../../src/train/augment/colour.js';
import { augmentPixels, augmentSchema } from '../../../src/train/augment/index.js';
import { throughJpeg } from '../../../src/train/augment/jpeg.js';
import { changeLight } from '../../../src/train/augment/light.js';
import { addNoise } from '../../../src/train/augment/noise.js';
import { occlude } from '../../../src/train/augment/occlusion.js';
import { fixedRandom } from './fixed-random.js';

const size = { width: 24, height: 16 };
const settings = augmentSchema.parse;

/** A smooth picture of mid values, [channels, 16, 24]. */
const made = (channels: 1 | 3): Float32Array =>
  Float32Array.from({ length: channels * 24 * 16 }, (_, i) => {
    const [x, y, channel] = [i % 24, Math.floor(i / 24) % 16, Math.floor(i / 384)];
    return 60 + 3 * x + 2 * y + 15 * channel;
  });

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Checks each value against a formula of the old one. */
function becomes(after: Float32Array, before: Float32Array, formula: (value: number) => number, tolerance = 0.01) {
  const off = after.map((value, i) => Math.abs(value - formula(before[i]!)));
  expect(Math.max(...off)).toBeLessThan(tolerance);
}

const changed = (channels: 1 | 3, given: object, random: Random) => {
  const planes = made(channels);
  changeLight(planes, settings(given), random);
  return planes;
};

describe.each([1, 3] as const)('light, %i channels', (channels) => {
  const before = made(channels);

  it('brightness adds a share of white', () => {
    becomes(changed(channels, { brightness: 0.2 }, fixedRandom(0.75)), before, (value) => value + 25.5);
    becomes(changed(channels, { brightness: 0.2 }, fixedRandom(0.25)), before, (value) => value - 25.5);
  });

  it('contrast stretches about the mean, to white and black at most', () => {
    becomes(
      changed(channels, { contrast: 0.2 }, fixedRandom(1)),
      before,
      (v) => mean(before) + 1.25 * (v - mean(before)),
    );
    becomes(
      changed(channels, { contrast: 0.2 }, fixedRandom(0)),
      before,
      (v) => mean(before) + 0.8 * (v - mean(before)),
    );
    const harsh = changed(channels, { contrast: 0.9 }, fixedRandom(1));
    expect([Math.min(...harsh), Math.max(...harsh)]).toEqual([0, 255]);
  });

  it('gamma is a power of the share of white', () => {
    becomes(changed(channels, { gamma: 0.5 }, fixedRandom(1)), before, (value) => 255 * (value / 255) ** 2);
    becomes(changed(channels, { gamma: 0.5 }, fixedRandom(0)), before, (value) => 255 * (value / 255) ** 0.5);
  });
});

it('light keeps black black and white white under gamma', () => {
  const planes = Float32Array.of(0, 255, 255.00002);
  changeLight(planes, settings({ gamma: 0.5 }), fixedRandom(1));
  expect([...planes]).toEqual([0, 255, 255]);
});

describe('colour', () => {
  const luma = (planes: Float32Array, i: number) =>
    0.299 * planes[i]! + 0.587 * planes[384 + i]! + 0.114 * planes[768 + i]!;

  it.each([
    [0, 0.5],
    [1, 2],
  ])('saturation changes the distance from grey: share %f, factor %f', (share, factor) => {
    const [before, after] = [made(3), made(3)];
    changeColour(after, settings({ saturation: 0.5 }), fixedRandom(share));
    for (let i = 0; i < after.length; i++) {
      const grey = luma(before, i % 384);
      expect(after[i]).toBeCloseTo(grey + factor * (before[i]! - grey), 3);
    }
  });

  it('grey leaves the luma alone in all planes', () => {
    const [before, after] = [made(3), made(3)];
    changeColour(after, settings({ grey: 1 }), randomFor(1, 'grey'));
    for (let i = 0; i < after.length; i++) expect(after[i]).toBeCloseTo(luma(before, i % 384), 3);
  });
});

describe('blur', () => {
  it('keeps what is flat, up to the border', () => {
    const planes = new Float32Array(2 * 384).fill(77, 0, 384).fill(200, 384);
    blur(planes, 24, 16, 2.5);
    becomes(planes, new Float32Array(2 * 384).fill(77, 0, 384).fill(200, 384), (value) => value);
  });

  it.each([0.5, 1, 2])('spreads a dot as a Gaussian of deviation %f and keeps the mean', (deviation) => {
    const [width, height, x0, y0] = [41, 31, 22, 14];
    const planes = new Float32Array(width * height);
    planes[y0 * width + x0] = 255;
    blur(planes, width, height, deviation);
    const bell = (distance: number) =>
      Math.exp(-0.5 * (distance / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
    expect(mean(planes) * planes.length).toBeCloseTo(255, 2);
    for (let i = 0; i < planes.length; i++) {
      const exact = 255 * bell((i % width) - x0) * bell(Math.floor(i / width) - y0);
      // The kernel ends at three deviations, and below a pixel a sum is not quite the integral.
      expect(Math.abs(planes[i]! - exact)).toBeLessThan(255 * bell(0) ** 2 * (deviation < 1 ? 0.05 : 0.02));
    }
  });

  it('is wider than the picture without harm', () => {
    const planes = made(1);
    blur(planes, 24, 16, 20);
    expect(planes.every((value) => value > 60 && value < 160)).toBe(true);
  });
});

describe('noise', () => {
  const noisy = (seed: number) => {
    const planes = new Float32Array(40_001).fill(128);
    addNoise(planes, 20, randomFor(seed, 'noise test'));
    return planes.map((value) => value - 128);
  };

  it('is normal: its mean, deviation and tails, and no pixel tells of its neighbour', () => {
    const noise = noisy(1);
    expect(Math.abs(mean(noise))).toBeLessThan(0.5);
    expect(Math.abs(Math.sqrt(mean(noise.map((v) => v * v))) / 20 - 1)).toBeLessThan(0.02);
    for (const [deviations, share] of [
      [1, 0.3173],
      [2, 0.0455],
      [3, 0.0027],
    ] as const) {
      const outside = noise.filter((v) => Math.abs(v) > 20 * deviations).length / noise.length;
      expect(Math.abs(outside - share)).toBeLessThan(0.1 * share + 0.002);
    }
    const products = noise.slice(1).map((value, i) => value * noise[i]!);
    expect(Math.abs(mean(products)) / 400).toBeLessThan(0.03);
  });

  it('stays between black and white', () => {
    const planes = new Float32Array(1000).map((_, i) => (i % 2) * 255);
    addNoise(planes, 100, randomFor(1, 'clip'));
    expect([Math.min(...planes), Math.max(...planes)]).toEqual([0, 255]);
  });
});

describe.each([1, 3] as const)('jpeg, %i channels', (channels) => {
  const loss = async (quality: number) => {
    const planes = made(channels);
    await throughJpeg(planes, 24, 16, quality);
    return mean(planes.map((value, i) => Math.abs(value - made(channels)[i]!)));
  };

  it('changes next to nothing at 100 and much at 1', async () => {
    expect(await loss(100)).toBeLessThan(1);
    expect(await loss(1)).toBeGreaterThan(3);
  });
});

describe('occlusion', () => {
  const covered = (area: number, random: Random, width: number, height: number) => {
    const planes = new Float32Array(width * height).fill(-1);
    occlude(planes, width, height, area, random);
    return planes;
  };

  it('covers a square of the share drawn, in the middle, with one colour a plane', () => {
    // 0.1 + 0.5 · 0.9 of 0.2 of the input
    const planes = covered(0.2, fixedRandom(0.5), 40, 30);
    const side = Math.floor(Math.sqrt(0.55 * 0.2 * 1200));
    expect(planes.filter((value) => value === 127.5).length).toBe(side ** 2);
    expect(planes.filter((value) => value === -1).length).toBe(1200 - side ** 2);
    expect([planes[0], planes[15 * 40 + 20]]).toEqual([-1, 127.5]);
  });

  it('never covers more than its share', () => {
    const area = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(area, fc.integer(), fc.integer({ min: 1, max: 40 }), (area, seed, width) => {
        const planes = covered(area, randomFor(seed, 'occlusion'), width, 30);
        expect(planes.filter((value) => value >= 0).length).toBeLessThanOrEqual(area * width * 30);
      }),
    );
  });

  it('covers nearly its share at times', () => {
    const shares = Array.from({ length: 200 }, (_, i) => {
      const planes = covered(0.3, randomFor(i, 'occlusion'), 40, 30);
      return planes.filter((value) => value >= 0).length / planes.length;
    });
    expect(Math.max(...shares)).toBeGreaterThan(0.27);
  });
});

describe('every operation on pixels', () => {
  const operations = {
    brightness: { brightness: 0.3 },
    contrast: { contrast: 0.3 },
    gamma: { gamma: 0.3 },
    saturation: { saturation: 0.5 },
    grey: { grey: 1 },
    blur: { blur: { probability: 1, deviation: 2 } },
    noise: { noise: 0.1 },
    jpeg: { jpeg: { probability: 1, quality: 20 } },
    occlusion: { occlusion: { probability: 1, area: 0.3 } },
  };
  const draw = async (given: object, epoch: number) => {
    const planes = made(3);
    await augmentPixels(planes, size, settings(given), randomFor(7, 'augment', epoch, 0));
    return planes;
  };

  it.each(Object.entries(operations))(
    '%s does the same for the same stream, and another for another',
    async (name, given) => {
      const first = await draw(given, 1);
      expect(await draw(given, 1)).toEqual(first);
      expect(first).not.toEqual(made(3));
      if (name !== 'grey') expect(await draw(given, 2)).not.toEqual(first);
    },
  );

  it('all together stay between black and white', async () => {
    const planes = await draw(Object.assign({}, ...Object.values(operations)), 3);
    expect(planes.every((value) => value >= 0 && value <= 255)).toBe(true);
  });

  it('nothing set changes nothing', async () => expect(await draw({}, 1)).toEqual(made(3)));
});
