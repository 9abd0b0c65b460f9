import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/data/sample.js';
import { boundaryCuts, studyBoundary } from '../../src/evaluate/boundary.js';
import { overlapRatios, studyOverlap } from '../../src/evaluate/overlap.js';
import { borderShare } from '../../src/evaluate/study.js';
import { temporaryFolder } from '../temporary.js';
import { madeDetector, madeScene, seeing } from './made-scene.js';

let dataset: Dataset;

beforeAll(async () => {
  dataset = await madeScene(temporaryFolder(), 6);
}, 60_000);

const points = 58;

describe('borderShare', () => {
  it('counts points within 1 % of the outline, from inside and outside, and no others', () => {
    const near = [0.005, 0.5, -0.009, 0.2, 0.5, 1.008, 0.992, 0.3];
    const far = [0.5, 0.5, 0.02, 0.9, -0.02, 0.5, 1.005, 1.5];
    expect(borderShare([...near, ...far])).toBe(0.5);
  });
});

describe('studyBoundary', () => {
  it('cuts off as many points as it says, and finds no error where there is none, inside and outside', async () => {
    const { steps, beyond, examples } = await studyBoundary(madeDetector(seeing(dataset)), dataset, dataset.samples, {
      seed: 1,
    });
    expect(steps.map(({ cut }) => cut)).toEqual(boundaryCuts);
    for (const { cut, inside, outside, border } of steps) {
      const out = Math.round(cut * points) * 6;
      expect(outside?.points ?? 0).toBe(out);
      expect(inside.points + out).toBe(points * 6);
      expect(inside.median).toBeLessThan(1);
      expect(outside?.median ?? 0).toBeLessThan(1);
      expect(Math.abs(border.predicted - border.truth)).toBeLessThan(0.05);
    }
    expect(steps.at(-1)!.outside!.points).toBe(29 * 6);
    const sum = (shares: readonly number[]) => shares.reduce((a, b) => a + b, 0);
    const bins = (of: 'predicted' | 'truth') => sum(beyond[of].filter((_, i) => beyond.from[i]! > 0.01));
    // A quarter lies outside, but for those so near the border that their bin holds it.
    expect(bins('truth')).toBeGreaterThan(0.1);
    expect(bins('truth')).toBeLessThan(0.26);
    expect(examples.map((row) => row.length)).toEqual([5, 5, 5]);
  });

  it('shows where predictions are pushed to the border', async () => {
    const exact = seeing(dataset);
    const clamped = madeDetector((planes) => exact(planes).map((value) => Math.min(1, Math.max(0, value))));
    const { steps, beyond } = await studyBoundary(clamped, dataset, dataset.samples, { seed: 1 });
    const quarter = steps.find(({ cut }) => cut === 0.25)!;
    expect(quarter.border.predicted).toBeGreaterThan(quarter.border.truth + 0.15);
    expect(quarter.outside!.median).toBeGreaterThan(5 * quarter.inside.median);
    const atBorder = beyond.from.findIndex((from) => Math.abs(from + 0.01) < 1e-9);
    expect(beyond.predicted[atBorder]).toBeGreaterThan(0.2);
  });

  it('draws the same by the same seed', async () => {
    const study = (seed: number) =>
      studyBoundary(madeDetector(seeing(dataset)), dataset, dataset.samples.slice(0, 2), { seed });
    const [one, same, other] = await Promise.all([study(1), study(1), study(2)]);
    expect(same!.steps).toEqual(one!.steps);
    expect(other!.steps).not.toEqual(one!.steps);
  });
});

describe('studyOverlap', () => {
  // The face with the brighter mark is followed wherever it is in sight.
  it('tells who is followed, and how far off, however the frames overlap', async () => {
    const result = await studyOverlap(madeDetector(seeing(dataset)), dataset, dataset.samples, { seed: 1 });
    expect(result.pairs).toBe(3);
    for (const ratio of overlapRatios) {
      const step = (view: string) => result.steps.find((each) => each.ratio === ratio && each.view === view)!;
      // The first of a pair lies above, and is the brighter.
      for (const view of ratio > 0.1 ? ['both', 'upper', 'lower'] : ['both', 'upper']) {
        expect(step(view).followed).toEqual({ upper: 1, lower: 0, neither: 0 });
        expect(step(view).error.upper).toBeLessThan(2);
        expect(step(view).error.nearer).toBe(step(view).error.upper);
      }
      // Further apart by what does not overlap, as a share of the frame.
      if (ratio < 0.7) expect(step('both').error.lower).toBeGreaterThan(100 * (1 - ratio));
    }
    expect(result.steps.find(({ ratio, view }) => ratio === 0 && view === 'lower')!.followed.lower).toBe(1);
    expect(result.examples.map((row) => row.length)).toEqual([5, 5, 5]);
  });

  it('says neither where the points are far from both', async () => {
    const corner = madeDetector(() => new Float32Array(2 * points).fill(1));
    const { steps } = await studyOverlap(corner, dataset, dataset.samples, { seed: 1 });
    for (const { followed, border } of steps) {
      expect(followed.neither).toBe(1);
      expect(border).toBe(1);
    }
  });

  it('refuses one face alone', async () => {
    const alone = studyOverlap(madeDetector(seeing(dataset)), dataset, dataset.samples.slice(0, 1), { seed: 1 });
    await expect(alone).rejects.toThrow('made: has not two faces');
  });
});
