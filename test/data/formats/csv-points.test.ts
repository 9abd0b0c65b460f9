import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCsvPoints, writeCsvPoints } from '../../../src/data/formats/csv-points.js';
import { cat9 } from '../../../src/data/markups/cat9.js';
import { namedMarkup, pointsMarkup } from '../../../src/data/markups/numbered.js';
import { temporaryFolder } from '../../temporary.js';
import { problemsOf, put, putPicture } from './made.js';

const folder = temporaryFolder();
beforeAll(async () => {
  for (const name of ['a.png', 'frames/P_Q_01.png', 'x/twice.png', 'y/twice.png']) await putPicture(folder, name);
});

const csv = (text: string, name = 'points.csv') => put(folder, name, text);

describe('reads columns', () => {
  test.each([
    ['by number, as Udacity', ',0,1,2,3\na.png,1.5,2,23,24\n'],
    ['by number and axis', '\ufeffname,x0,y0,x1,y1\r\na.png,1.5,2,23,24\r\n'],
    ['by number from 1, spaced', 'name, 1_x, 1_y, 2_x, 2_y\na.png, 1.5, 2, 23, 24\n'],
    ['in another order', 'name,y1,x1,x0,y0\na.png,24,23,1.5,2\n'],
    ['without a header', '"a.png",1.5,2,23,24\n\n'],
  ])('%s', async (_, text) => {
    const { markup, samples } = await readCsvPoints(csv(text));
    expect(markup).toEqual(pointsMarkup(2));
    expect(samples.map(({ points }) => [...points!])).toEqual([[1.5, 2, 23, 24]]);
    expect(samples[0]!.box).toEqual({ left: 1.5, top: 2, width: 21.5, height: 22 });
  });

  test('by name, as Kaggle, in the order of a given markup', async () => {
    const file = csv('Image,right_eye_x,right_eye_y,left_eye_x,left_eye_y\na.png,1,2,23,24\n');
    expect((await readCsvPoints(file)).markup).toMatchObject({ points: ['right_eye', 'left_eye'], mirror: [1, 0] });
    const { samples } = await readCsvPoints(file, { markup: namedMarkup(['left_eye', 'right_eye']) });
    expect([...samples[0]!.points!]).toEqual([23, 24, 1, 2]);
  });

  test('with the group of each, wherever it stands', async () => {
    const text = 'name,group,x0,y0,x1,y1\na.png,anna,1,2,3,4\na.png,,5,6,7,8\n';
    const { samples } = await readCsvPoints(csv(text));
    expect(samples.map(({ group, points }) => [group, ...points!])).toEqual([
      ['anna', 1, 2, 3, 4],
      ['a', 5, 6, 7, 8],
    ]);
  });

  test('with gaps, where a point is not annotated', async () => {
    const { samples } = await readCsvPoints(csv('name,x0,y0,x1,y1,x2,y2\na.png,5,6,,,23,24\n'));
    expect([...samples[0]!.points!]).toEqual([5, 6, 0, 0, 23, 24]);
    expect([...samples[0]!.visible!]).toEqual([2, 0, 2]);
    expect(samples[0]!.box).toEqual({ left: 5, top: 6, width: 18, height: 18 });
  });
});

test('finds pictures in a folder within, groups Udacity’s by person, numbers several faces', async () => {
  const file = csv(',0,1,2,3\nP_Q_01.png,1,2,23,24\nP_Q_01.png,2,2,23,24\n', 'training_frames_keypoints.csv');
  const { samples } = await readCsvPoints(file);
  expect(samples.map(({ id, group }) => [id, group])).toEqual([
    ['P_Q_01#1', 'P_Q'],
    ['P_Q_01#2', 'P_Q'],
  ]);
});

test('does not guess which of two pictures is meant', async () => {
  await expect(readCsvPoints(csv('name,x0,y0\ntwice.png,1,2\n'))).rejects.toThrow(
    /:2: \S+twice\.png: there is no such picture/,
  );
});

describe('names file, line and value of', () => {
  test.each([
    ['a short row', 'a.png,1,2,3', /:3: has 4 cells, where the first row has 5/],
    ['a long row', 'a.png,1,2,3,4,5', /:3: has 6 cells, where the first row has 5/],
    ['a NaN', 'a.png,1,2,3,NaN', /:3: y of point 1 is 'NaN', where a number of pixels/],
    ['half a point', 'a.png,1,2,,4', /:3: x of point 1 is '', where a number/],
    ['no points', 'a.png,,,,', /:3: the face has no box and none of its points is annotated/],
    ['no picture', ',1,2,3,4', /:3: names no picture/],
    ['a picture that is not there', 'gone.png,1,2,3,4', /:3: \S+gone\.png: there is no such picture/],
    ['a face elsewhere', 'a.png,100,2,101,4', /:3: all points lie outside the picture of 40 × 30 pixels/],
  ])('%s, and goes on with the other rows', async (_, row, said) => {
    const file = csv(`name,x0,y0,x1,y1\na.png,1,2,3,4\n${row}\na.png,5,6,7,8\n`);
    const { dataset, problems } = await problemsOf((onProblem) => readCsvPoints(file, { onProblem }));
    expect(problems).toEqual([expect.stringMatching(said)]);
    expect(dataset!.samples.map(({ points }) => points![0])).toEqual([1, 5]);
    await expect(readCsvPoints(file)).rejects.toThrow(problems[0]);
  });

  test.each([
    [
      'a column that is none',
      'name,x0,y0,age\na.png,1,2,3\n',
      /points\.csv:1: column 4 is 'age', where x and y of a point belong/,
    ],
    ['a column twice', 'name,x0,y0,x0\na.png,1,2,3\n', /:1: x of point '0' stands twice/],
    ['half a pair', 'name,x0,y0,x1\na.png,1,2,3\n', /:1: point '1' has no y column/],
    [
      'no column for the picture',
      'eye_x,eye_y\n1,2\n',
      /:1: point 'eye' has no x column; add it \(the first column names/,
    ],
    ['one column', 'a.png\nb.png\n', /:1: has one column/],
    ['an open quote', 'name,x0,y0\n"a.png,1,2\n', /points\.csv:\d: is not comma-separated text/],
    ['a header alone', 'name,x0,y0\n', /points\.csv: holds no face that can be used/],
    ['blank lines alone', '\n\n', /points\.csv: has no rows/],
  ])('%s', async (_, text, said) => {
    await expect(readCsvPoints(csv(text))).rejects.toThrow(said);
  });

  test('a markup that does not fit', async () => {
    await expect(readCsvPoints(csv('name,x0,y0\na.png,1,2\n'), { markup: cat9 })).rejects.toThrow(/cat9' has 9/);
    const file = csv('name,eye_x,eye_y\na.png,1,2\n');
    await expect(readCsvPoints(file, { markup: namedMarkup(['nose'], 'nose') })).rejects.toThrow(
      /:1: has no columns for the point 'nose' of the markup 'nose'/,
    );
  });
});

test('is written as predictions are', async () => {
  const dataset = await readCsvPoints(csv('name,x0,y0\na.png,1.23456,-0.0001\n'));
  const file = `${folder}/out/points.csv`;
  await writeCsvPoints(dataset, file);
  expect(readFileSync(file, 'utf8')).toBe('name,x0,y0\n../a.png,1.235,0\n');
});
