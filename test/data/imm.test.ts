import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/dataset.js';
import { readImm } from '../../src/data/imm.js';
import { imm58 } from '../../src/data/markups/imm58.js';
import { InputError } from '../../src/errors.js';
import { madeSize, makeImm } from '../made-imm.js';
import { realData } from '../real-data.js';
import { temporaryFolder } from '../temporary.js';

const base = temporaryFolder();
const made = join(base, 'made');
let first = '';

beforeAll(async () => {
  await makeImm(made, { people: 2, seed: 1 });
  first = (await readImm(made)).samples[0]!.id;
});

let copies = 0;
function copy(): string {
  const folder = join(base, `copy-${copies++}`);
  cpSync(made, folder, { recursive: true });
  return folder;
}

describe('readImm', () => {
  it('reads people, views, gender, points and boxes', async () => {
    const { markup, samples } = await readImm(made);
    expect(markup).toBe(imm58);
    expect(samples.map(({ id }) => id.slice(0, 4))).toEqual(
      ['01', '02'].flatMap((person) => [1, 2, 3, 4, 5, 6].map((view) => `${person}-${view}`)),
    );
    for (const { id, picture, points, box, group, tags } of samples) {
      expect(picture).toBe(join(made, `${id}.jpg`));
      expect(group).toBe(id.slice(0, 2));
      expect(tags.view).toMatch(new RegExp(`^${id[3]} \\w`));
      expect(tags.gender).toBe(id[4]);
      expect(points!.length).toBe(116);
      const xs = points!.filter((_, i) => i % 2 === 0);
      const ys = points!.filter((_, i) => i % 2 === 1);
      expect(box).toEqual({
        left: Math.min(...xs),
        top: Math.min(...ys),
        width: Math.max(...xs) - Math.min(...xs),
        height: Math.max(...ys) - Math.min(...ys),
      });
      expect(Math.min(...xs, ...ys)).toBeGreaterThan(0);
      expect(Math.max(...xs)).toBeLessThan(madeSize.width);
      expect(Math.max(...ys)).toBeLessThan(madeSize.height);
    }
  });

  it('takes the shares of the picture that is there, not of 640 × 480', async () => {
    const folder = copy();
    const picture = join(folder, `${first}.jpg`);
    writeFileSync(picture, await sharp(readFileSync(picture)).resize(320, 480, { fit: 'fill' }).toBuffer());
    const [before] = (await readImm(made)).samples;
    const [after] = (await readImm(folder)).samples;
    before!.points!.forEach((value, i) => {
      expect(after!.points![i]).toBeCloseTo(value * (i % 2 === 0 ? 2 : 4), 3);
    });
  });

  it('is what a folder of .asf files is opened with', async () => {
    expect(await openDataset(made)).toEqual(await readImm(made));
  });

  it('ignores files that are neither, and hidden ones', async () => {
    const folder = copy();
    for (const name of ['README.txt', '.DS_Store', '._01-1m.jpg', 'Thumbs.db']) writeFileSync(join(folder, name), 'x');
    expect((await readImm(folder)).samples.length).toBe(12);
  });

  const mistakes: [string, (folder: string) => void, RegExp][] = [
    ['a folder that is missing', (folder) => rmSync(folder, { recursive: true }), /: there is no such folder/],
    [
      'an empty folder',
      (folder) => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
      },
      /: is empty/,
    ],
    [
      'a missing picture',
      (folder) => rmSync(join(folder, `${first}.jpg`)),
      /asf:\d+: names the picture '.*jpg', which is not in/,
    ],
    ['a missing annotation', (folder) => rmSync(join(folder, `${first}.asf`)), /\.jpg: has no annotation .*\.asf/],
    [
      'an annotation of 0 bytes',
      (folder) => writeFileSync(join(folder, `${first}.asf`), ''),
      /asf: is empty \(0 bytes\)/,
    ],
    ['a picture of 0 bytes', (folder) => writeFileSync(join(folder, `${first}.jpg`), ''), /jpg: is empty \(0 bytes\)/],
    ['a text as picture', (folder) => writeFileSync(join(folder, `${first}.jpg`), 'text'), /jpg: is not a picture/],
    ['a folder named .asf', (folder) => mkdirSync(join(folder, '03-1m.asf')), /03-1m\.asf: cannot be read/],
    [
      'the picture of another face',
      (folder) => edit(folder, (text) => text.replace(`${first}.jpg`, '01-2m.jpg')),
      /asf:\d+: names the picture '01-2m.jpg', which is not that of 01-1/,
    ],
    ['57 points', (folder) => edit(folder, (text) => text.replace(/^58$/m, '57')), /asf:\d+: has 57 points/],
    [
      'a name without a view',
      (folder) => {
        for (const end of ['asf', 'jpg']) renameSync(join(folder, `${first}.${end}`), join(folder, `face.${end}`));
      },
      /face\.asf: expected a name of person, view/,
    ],
  ];
  const edit = (folder: string, change: (text: string) => string) => {
    const file = join(folder, `${first}.asf`);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };

  it.each(mistakes)('refuses %s', async (_, spoil, words) => {
    const folder = copy();
    spoil(folder);
    const error = await readImm(folder).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(words);
    expect((error as InputError).message.startsWith(folder)).toBe(true);
  });

  it('reads whatever bytes an annotation holds, or says which file is wrong', async () => {
    const folder = copy();
    const file = join(folder, `${first}.asf`);
    const bytes = readFileSync(file);
    const change = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 5 }), fc.nat({ max: bytes.length }), async (changes, cut) => {
        const broken = Buffer.from(bytes);
        for (const [i, value] of changes) broken[i] = value;
        writeFileSync(file, cut % 3 === 0 ? broken.subarray(0, cut) : broken);
        try {
          for (const { points } of (await readImm(folder)).samples) expect(points!.every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.message.startsWith(file)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('openDataset', () => {
  it('says what it knows where it knows nothing', async () => {
    const folder = join(base, 'unknown');
    mkdirSync(folder);
    writeFileSync(join(folder, 'notes.txt'), 'x');
    await expect(openDataset(folder)).rejects.toThrow(
      new InputError(
        `${folder}: is no known data set; known are imm (.asf), dlib-xml (.xml), csv (.csv), coco (.json), pts (.pts), cat (.cat)`,
      ),
    );
    await expect(openDataset(join(folder, 'notes.txt'))).rejects.toThrow(/notes.txt: is no known annotation file/);
  });
});

describe('makeImm', () => {
  it('draws the same again from a seed', async () => {
    const again = join(base, 'again');
    await makeImm(again, { people: 2, seed: 1 });
    for (const end of ['jpg', 'asf']) {
      expect(readFileSync(join(again, `${first}.${end}`))).toEqual(readFileSync(join(made, `${first}.${end}`)));
    }
  });
});

const real = realData('imm_face_db');
describe.runIf(real)('the IMM face database itself', () => {
  it('has 240 faces of 40 people, each in 6 views, within its pictures', async () => {
    const { samples } = await openDataset(real!);
    expect(samples.length).toBe(240);
    expect(new Set(samples.map(({ group }) => group)).size).toBe(40);
    for (const view of new Set(samples.map(({ tags }) => tags.view))) {
      expect(samples.filter(({ tags }) => tags.view === view).length).toBe(40);
    }
    for (const { points } of samples) {
      points!.forEach((value, i) => {
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThan(i % 2 === 0 ? 640 : 480);
      });
    }
  });
});
