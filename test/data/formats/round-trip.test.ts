import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../../src/data/dataset.js';
import { cat } from '../../../src/data/formats/cat.js';
import { coco } from '../../../src/data/formats/coco.js';
import { csvPoints } from '../../../src/data/formats/csv-points.js';
import { dlibXml } from '../../../src/data/formats/dlib-xml.js';
import type { Format } from '../../../src/data/formats/format.js';
import { pts } from '../../../src/data/formats/pts.js';
import { cat9 } from '../../../src/data/markups/cat9.js';
import { namedMarkup } from '../../../src/data/markups/numbered.js';
import type { Dataset, Sample } from '../../../src/data/sample.js';
import { temporaryFolder } from '../../temporary.js';
import { anyDataset, around, expectSound, pictureNames, putPicture } from './made.js';

const folder = temporaryFolder();
beforeAll(async () => {
  for (const name of pictureNames) await putPicture(folder, name);
});

interface Kept {
  readonly format: Format;
  readonly target: string;
  /** The largest difference of a coordinate. */
  readonly precision: number;
  readonly holdsBoxes: boolean;
}

const formats: Kept[] = [
  { format: dlibXml, target: 'made.xml', precision: 0.5, holdsBoxes: true },
  { format: pts, target: 'pts', precision: 0.0006, holdsBoxes: false },
  { format: csvPoints, target: 'made.csv', precision: 0.0006, holdsBoxes: false },
  { format: coco, target: 'made.json', precision: 0.0006, holdsBoxes: true },
  { format: cat, target: 'cat', precision: 0.5, holdsBoxes: false },
];

async function roundTrip({ format, target }: Kept, dataset: Dataset): Promise<Dataset> {
  const path = join(folder, target);
  rmSync(path, { recursive: true, force: true });
  await format.write!(dataset, path);
  return openDataset(path, format.files === 'one' ? {} : { format: format.name });
}

const byId = (a: Sample, b: Sample) => (a.id < b.id ? -1 : 1);

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, precision: number): void {
  expect(actual.length).toBe(expected.length);
  Array.from(expected, (value, i) => expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(precision + 1e-5));
}

describe.each(formats)('$format.name', (kept) => {
  const { format, precision, holdsBoxes } = kept;

  test('keeps pictures, points and boxes to its precision', async () => {
    await fc.assert(
      fc.asyncProperty(anyDataset(folder), async (dataset) => {
        const read = await roundTrip(kept, dataset);
        expectSound(read);
        expect(read.markup).toEqual(dataset.markup);
        const expected = dataset.samples.toSorted(byId);
        const actual = read.samples.toSorted(byId);
        expect(actual.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        expected.forEach((sample, i) => {
          const { picture, points, box, visible } = actual[i]!;
          expect(visible).toBeUndefined();
          // A file beside each picture means a copy of the picture for each face.
          if (kept.target.includes('.')) expect(picture).toBe(sample.picture);
          expectNear(points!, sample.points!, precision);
          const { left, top, width, height } = holdsBoxes ? sample.box : around(points!);
          expectNear([box.left, box.top, box.width, box.height], [left, top, width, height], precision);
        });
      }),
      { numRuns: 25 },
    );
  });

  test('keeps what it wrote: writing again gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(anyDataset(folder), async (dataset) => {
        const once = await roundTrip(kept, dataset);
        const samples = once.samples.map((sample) => ({ ...sample, picture: unmoved(sample.picture, dataset) }));
        const twice = await roundTrip(kept, { ...once, samples });
        expect(twice).toEqual(once);
      }),
      { numRuns: 10 },
    );
  });

  test('keeps a face without points, or says that it cannot', async () => {
    await fc.assert(
      fc.asyncProperty(anyDataset(folder, { boxOnly: true }), async (dataset) => {
        if (!holdsBoxes) {
          await expect(roundTrip(kept, dataset)).rejects.toThrow(/has no points, which (pts|csv|cat) needs/);
          return;
        }
        const read = await roundTrip(kept, dataset);
        expect(read.samples.map(({ points }) => points)).toEqual(dataset.samples.map(() => undefined));
        expect(read.samples.map(({ id }) => id)).toEqual(dataset.samples.map(({ id }) => id));
      }),
      { numRuns: 10 },
    );
  });

  test('keeps which points are not annotated, or says that it cannot', async () => {
    const [sample] = fc.sample(anyDataset(folder), { numRuns: 1, seed: 1 })[0]!.samples;
    const points = Float32Array.from([3, 4, 0, 0, 20.5, 18]);
    const visible = Uint8Array.from([2, 0, 2]);
    const markup = namedMarkup(['left ear', 'nose', 'right ear']);
    const dataset: Dataset = { name: 'made', markup, samples: [{ ...sample!, points, visible }] };
    if (format === csvPoints || format === coco) {
      const read = await roundTrip(kept, dataset);
      expect(read.markup).toEqual(markup);
      expect(read.samples[0]!.points).toEqual(points);
      expect(read.samples[0]!.visible).toEqual(visible);
    } else {
      await expect(roundTrip(kept, dataset)).rejects.toThrow(/point 1 is not annotated, which [\w-]+ cannot say/);
    }
  });

  test('keeps a known markup', async () => {
    const [sample] = fc.sample(anyDataset(folder), { numRuns: 1, seed: 2 })[0]!.samples;
    const points = Float32Array.from({ length: 18 }, (_, i) => (i * 7) % 25);
    const read = await roundTrip(kept, { name: 'made', markup: cat9, samples: [{ ...sample!, points }] });
    // A .pts file holds nothing but numbers.
    expect(read.markup.name).toBe(format === pts ? 'points9' : 'cat9');
    expect(read.samples[0]!.points).toEqual(points);
  });

  test('leaves out what it cannot hold, tells of it, and writes the others', async () => {
    const [dataset] = fc.sample(
      anyDataset(folder).filter(({ samples }) => samples.length > 1),
      { numRuns: 1, seed: 3 },
    );
    const [first, ...others] = dataset!.samples;
    const visible = new Uint8Array(dataset!.markup.points.length);
    const samples = [{ ...first!, picture: join(folder, 'gone.png'), visible }, ...others];
    const problems: string[] = [];
    const path = join(folder, kept.target);
    rmSync(path, { recursive: true, force: true });
    await format.write!({ ...dataset!, samples }, path, { onProblem: ({ message }) => problems.push(message) });
    const read = await format.read(path, { onProblem: ({ message }) => problems.push(message) });
    expect(read.samples.length).toBe(others.length);
    expect(problems.length).toBe(1);
  });
});

test.each(['dlib-xml', 'coco'])('%s keeps the terms of use, and the markup of boxes alone', async (name) => {
  const kept = formats.find(({ format }) => format.name === name)!;
  const [dataset] = fc.sample(anyDataset(folder, { boxOnly: true }), { numRuns: 1, seed: 6 });
  const read = await roundTrip(kept, { ...dataset!, markup: cat9, terms: 'for cats & <dogs>' });
  expect(read.terms).toBe('for cats & <dogs>');
  expect(read.markup).toEqual(cat9);
});

test('COCO keeps id, group, tags and hidden points', async () => {
  const [dataset] = fc.sample(anyDataset(folder), { numRuns: 1, seed: 4 });
  const samples = dataset!.samples.map((sample, i) => ({
    ...sample,
    id: `face ${i}`,
    group: `person ${i}`,
    tags: { view: 'left' },
    visible: new Uint8Array(dataset!.markup.points.length).fill(1),
  }));
  const read = await roundTrip(formats[3]!, { ...dataset!, samples });
  expect(read.samples.map(({ id, group, tags, visible }) => ({ id, group, tags, visible }))).toEqual(
    samples.map(({ id, group, tags, visible }) => ({ id, group, tags, visible })),
  );
});

/** The original of a picture that was copied. */
function unmoved(picture: string, dataset: Dataset): string {
  const id = (path: string) => basename(path).replace(/(#\d+)?\.\w+$/, '');
  const within = (path: string) => basename(dirname(path)) === 'b';
  return dataset.samples.find((s) => id(s.picture) === id(picture) && within(s.picture) === within(picture))!.picture;
}
