import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect } from 'vitest';
import { pointsMarkup } from '../../../src/data/markups/numbered.js';
import type { Dataset, Sample } from '../../../src/data/sample.js';
import { InputError } from '../../../src/errors.js';

/** Writes a text file into a folder and returns its path. */
export function put(folder: string, name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Writes a grey picture. */
export async function putPicture(folder: string, name: string, width = 40, height = 30): Promise<string> {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: '#777' } }).toFile(file);
  return file;
}

export const pictureNames = ['a.png', 'b/a.png', "b/Zoë's & co.png", 'two words.jpg'];

/** A data set whose pictures are those, in `folder`; ids and groups are what readers make of the pictures' names. */
export const anyDataset = (folder: string, { boxOnly = false } = {}): fc.Arbitrary<Dataset> =>
  fc.integer({ min: 2, max: 6 }).chain((count) =>
    fc
      .array(fc.record({ picture: fc.nat(pictureNames.length - 1), face: anyFace(count, boxOnly) }), {
        minLength: 1,
        maxLength: 5,
      })
      .map((faces): Dataset => {
        const sorted = faces.toSorted((a, b) => a.picture - b.picture);
        const samples = sorted.map(({ picture, face }, i): Sample => {
          const name = pictureNames[picture]!;
          const stem = name.replace(/\.\w+$/, '');
          const inPicture = sorted.filter((other) => other.picture === picture);
          const number = i - sorted.findIndex((other) => other.picture === picture) + 1;
          const id = inPicture.length > 1 ? `${stem}#${number}` : stem;
          return { id, picture: join(folder, name), group: stem, tags: {}, ...face };
        });
        return { name: 'made', markup: pointsMarkup(count), samples };
      }),
  );

const anyFace = (count: number, boxOnly: boolean): fc.Arbitrary<Pick<Sample, 'box' | 'points'>> => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map(Math.fround);
  const box = fc.record({ left: number(-9, 30), top: number(-9, 20), width: number(11, 60), height: number(11, 60) });
  // The first two points lie well inside the picture and apart, so that the box around all is one.
  const points = fc
    .array(number(-50, 100), { minLength: 2 * count, maxLength: 2 * count })
    .map((values) => Float32Array.from([4, 5, 31, 22, ...values.slice(4)]));
  return fc.record({ box, points }).map((face) => (boxOnly ? { box: face.box } : face));
};

/** The box around the points. */
export function around(points: Float32Array): Sample['box'] {
  const xs = points.filter((_, i) => i % 2 === 0);
  const ys = points.filter((_, i) => i % 2 === 1);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

/** Fails unless a data set keeps what its type promises. */
export function expectSound({ markup, samples }: Dataset): void {
  expect(samples.length).toBeGreaterThan(0);
  expect(new Set(samples.map(({ id }) => id)).size, 'ids are unique').toBe(samples.length);
  for (const { id, group, box, points, visible } of samples) {
    expect(id).not.toBe('');
    expect(typeof group).toBe('string');
    expect(Object.values(box).every(Number.isFinite), `box of ${id}`).toBe(true);
    expect(Math.min(box.width, box.height), `box of ${id}`).toBeGreaterThan(0);
    if (points) {
      expect(points.length).toBe(2 * markup.points.length);
      expect(points.every(Number.isFinite), `points of ${id}`).toBe(true);
    }
    if (visible) expect(visible.length).toBe(markup.points.length);
  }
  expect(new Set(markup.points).size, 'points have unique names').toBe(markup.points.length);
  expect(markup.mirror.map((partner) => markup.mirror[partner])).toEqual(markup.points.map((_, i) => i));
}

/** Fails unless the error is one that a user can act on: an InputError, one line, that names the file. */
export function expectHelpful(error: unknown, file: string): void {
  if (!(error instanceof InputError)) throw error;
  expect(error.message).toContain(file);
  expect(error.message).not.toMatch(/[\n\r]|undefined/);
}

/** The one-line messages that reading gives: of each face left out, and of the error that ended it. */
export async function problemsOf(read: (onProblem: (problem: InputError) => void) => Promise<Dataset>) {
  const problems: string[] = [];
  const dataset = await read((problem) => problems.push(problem.message)).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    problems.push(error.message);
    return undefined;
  });
  return { dataset, problems };
}
