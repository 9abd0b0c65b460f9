import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCat, readCat } from '../../../src/data/formats/cat.js';
import { parsePts, readPts, writePts } from '../../../src/data/formats/pts.js';
import { cat9 } from '../../../src/data/markups/cat9.js';
import { pointsMarkup } from '../../../src/data/markups/numbered.js';
import { temporaryFolder } from '../../temporary.js';
import { problemsOf, put, putPicture } from './made.js';

const folder = temporaryFolder();
beforeAll(async () => {
  for (const name of ['a.jpg', 'b.PNG', 'in/c.png', 'cats/k.jpg', 'cats/l.jpg']) await putPicture(folder, name);
});

describe('.pts', () => {
  const header = 'version: 1\nn_points:  2\n{\n';

  test('counts from 1, with header and without', () => {
    expect([...parsePts(`${header}1 2\n11.5 -3\n}\n`, 'a.pts')]).toEqual([0, 1, 10.5, -4]);
    expect([...parsePts('1 2\r\n 11.5\t-3 \r\n', 'a.pts')]).toEqual([0, 1, 10.5, -4]);
    expect([...parsePts('{\n1 2\n}', 'a.pts')]).toEqual([0, 1]);
  });

  test.each([
    ['cut off', `${header}1 2\n`, /^a\.pts: ends before the closing }; the file is cut off/],
    ['short of points', `${header}1 2\n}\n`, /^a\.pts: announces '2' points and has 1/],
    ['short of a coordinate', `${header}1 2\n3\n}\n`, /^a\.pts:5: is '3', where a point's x and y should stand/],
    ['with NaN', `${header}1 nan\n3 4\n}\n`, /^a\.pts:4: y of point 0 is 'nan'/],
    ['with more after its end', `${header}1 2\n3 4\n}\n5 6\n`, /^a\.pts:7: is '5 6', where nothing should stand/],
    ['with words', 'once upon a time', /^a\.pts:1: is 'once upon a time'/],
    ['without points', 'version: 1\nn_points: 0\n{\n}\n', /^a\.pts: has no points/],
  ])('%s is refused', (_, text, said) => {
    expect(() => parsePts(text, 'a.pts')).toThrow(said);
  });

  test('finds pictures beside, in folders within too, and boxes around the points', async () => {
    for (const name of ['a.pts', 'b.pts', 'in/c.pts', '._a.pts']) put(folder, name, `${header}3 4\n23 14\n}\n`);
    const { markup, samples } = await readPts(folder);
    expect(markup).toEqual(pointsMarkup(2));
    expect(samples.map(({ id }) => id)).toEqual(['a', 'b', 'in/c']);
    expect(samples.map(({ picture }) => picture)).toEqual(
      ['a.jpg', 'b.PNG', 'in/c.png'].map((name) => join(folder, name)),
    );
    expect(samples[0]!.box).toEqual({ left: 2, top: 3, width: 20, height: 10 });
    expect((await readPts(join(folder, 'in/c.pts'))).samples.map(({ id }) => id)).toEqual(['c']);
  });

  test('takes the whole picture for a box where the points have no extent', async () => {
    const file = put(folder, 'in/c.pts', '5 6\n');
    expect((await readPts(file)).samples[0]!.box).toEqual({ left: 0, top: 0, width: 40, height: 30 });
  });

  test('names bad files and goes on with the others', async () => {
    for (const name of ['a.pts', 'b.pts']) put(folder, name, '3 4\n23 14\n');
    put(folder, 'in/c.pts', '1 2\n3 4\n5 6\n');
    put(folder, 'in/d.pts', '1 2\n3 4\n');
    put(folder, 'in/e.pts', '');
    const { dataset, problems } = await problemsOf((onProblem) => readPts(folder, { onProblem }));
    expect(problems).toEqual([
      `${join(folder, 'in/e.pts')}: is empty (0 bytes); copy the annotation again`,
      `${join(folder, 'in/c.pts')}: has 3 points, where 2 belong; mend it or remove it`,
      `${join(folder, 'in/d.pts')}: has no picture of the same name beside it; put it there`,
    ]);
    expect(dataset!.samples.map(({ id }) => id)).toEqual(['a', 'b']);
    await expect(readPts(folder)).rejects.toThrow(problems[0]);
  });

  test('refuses points that all lie outside the picture', async () => {
    await expect(readPts(put(folder, 'a.pts', '300 400\n323 414\n'))).rejects.toThrow(
      /a\.pts: all points lie outside the picture of 40 × 30 pixels, the first at \(299, 399\)/,
    );
  });

  test('is written into its folder alone, whatever the ids say', async () => {
    put(folder, 'a.pts', '3 4\n23 14\n');
    const { samples, ...rest } = await readPts(join(folder, 'a.pts'));
    const out = join(folder, 'deep/out');
    await writePts({ ...rest, samples: [{ ...samples[0]!, id: '../..//a:b' }] }, out);
    expect(existsSync(join(out, '_/_/_/a_b.pts'))).toBe(true);
    const twice = ['a:b', 'a|b'].map((id) => ({ ...samples[0]!, id }));
    await expect(writePts({ ...rest, samples: twice }, out)).rejects.toThrow(/^a\|b: another face would be written/);
  });

  test('a folder without any says so', async () => {
    await expect(readPts(join(folder, 'cats'))).rejects.toThrow(/cats: holds no \.pts file; give the folder that does/);
  });
});

describe('.cat', () => {
  const text = (first = '9') => `${first} ${Array.from({ length: 18 }, (_, i) => i + 2).join(' ')} `;

  test('is nine points of a cat', async () => {
    put(folder, 'cats/k.jpg.cat', text());
    const { markup, samples } = await readCat(join(folder, 'cats'));
    expect(markup).toBe(cat9);
    expect(samples[0]!.id).toBe('k');
    expect([...samples[0]!.points!]).toEqual(Array.from({ length: 18 }, (_, i) => i + 2));
  });

  test.each([
    ['cut off', '9 1 2 3', /^a\.cat:1: announces 9 points, but 3 numbers follow where 18 belong/],
    ['with NaN', '1 2\nnan', /^a\.cat:2: y of point 0 is 'nan'/],
    ['without count', 'cat 1 2', /^a\.cat:1: begins with 'cat', where the number of points belongs/],
    ['of no points', '0', /^a\.cat:1: begins with '0'/],
  ])('%s is refused', (_, content, said) => {
    expect(() => parseCat(content, 'a.cat')).toThrow(said);
  });

  test('with other points, and without picture, is named; the others are read', async () => {
    put(folder, 'cats/l.jpg.cat', '2 1 2 3 4');
    put(folder, 'cats/m.jpg.cat', text());
    const { dataset, problems } = await problemsOf((onProblem) => readCat(join(folder, 'cats'), { onProblem }));
    expect(problems).toEqual([
      expect.stringMatching(/l\.jpg\.cat: has 2 points, where 9 belong/),
      expect.stringMatching(/m\.jpg\.cat: \S+m\.jpg: there is no such picture/),
    ]);
    expect(dataset!.samples.length).toBe(1);
  });
});
