import { describe, expect, test } from 'vitest';
import { openDataset } from '../../../src/data/dataset.js';
import { cat9 } from '../../../src/data/markups/cat9.js';
import { ibug68 } from '../../../src/data/markups/ibug68.js';
import type { Dataset } from '../../../src/data/sample.js';
import { realData } from '../../real-data.js';
import { expectSound } from './made.js';

const count = <T>(values: readonly T[], wanted: (value: T) => boolean) => values.filter(wanted).length;
const groups = ({ samples }: Dataset) => new Set(samples.map(({ group }) => group)).size;
const ofSource = ({ samples }: Dataset, source: string) => count(samples, ({ tags }) => tags.source === source);

const ibug = realData('ibug_300W');
describe.runIf(ibug)('300-W', () => {
  test('XML and .pts agree to what the XML rounds, and group the faces of a photo', async () => {
    const xml = await openDataset(ibug!);
    const pts = await openDataset(ibug!, { format: 'pts' });
    for (const dataset of [xml, pts]) {
      expectSound(dataset);
      expect(dataset.markup).toBe(ibug68);
      expect(dataset.terms).toMatch(/^300-W .* not for commercial use/);
      expect(['afw', 'helen', 'lfpw'].map((source) => ofSource(dataset, source))).toEqual([337, 870, 805]);
    }
    expect(groups(xml)).toBe(groups(pts));
    expect(xml.samples.length).toBe(2012);
    const exact = new Map(pts.samples.map((sample) => [sample.id, sample]));
    for (const { id, group, points } of xml.samples) {
      expect(exact.get(id)!.group).toBe(group);
      const off = points!.map((value, i) => Math.abs(value - exact.get(id)!.points![i]!));
      expect(Math.max(...off), id).toBeLessThanOrEqual(1);
    }
  });

  test('the test faces have boxes alone', async () => {
    const dataset = await openDataset(`${ibug}/labels_ibug_300W_test_parsed.xml`, { markup: ibug68 });
    expectSound(dataset);
    expect(dataset.samples.length).toBe(554);
    expect(count(dataset.samples, ({ points }) => points !== undefined)).toBe(0);
    expect(dataset.samples[0]!.id).toBe('helen/testset/296814969_3');
  });
});

const youtube = realData('youtube_faces');
describe.runIf(youtube)('YouTube faces', () => {
  test('have 68 points and are grouped by person', async () => {
    const dataset = await openDataset(youtube!);
    expectSound(dataset);
    expect(dataset.markup).toBe(ibug68);
    expect(dataset.samples.length).toBe(3462);
    expect(dataset.samples.find(({ id }) => id === 'Luis_Fonsi_21')!.group).toBe('Luis_Fonsi');
  });
});

const cats = realData('cats');
describe.runIf(cats)('cats', () => {
  test('have 9 points', async () => {
    const dataset = await openDataset(cats!);
    expectSound(dataset);
    expect(dataset.markup).toBe(cat9);
    expect(dataset.samples.length).toBe(24);
    // The eyes stand left and right of each other, the mouth below them: no order was mistaken.
    for (const { points } of dataset.samples) {
      const [rightEye, , leftEye, , mouth] = points!;
      expect(rightEye).toBeLessThan(leftEye!);
      expect(mouth).toBeGreaterThan(0);
    }
  });
});
