import { describe, expect, test } from 'vitest';
import { findMarkup, readMarkup } from '../../src/data/markup-file.js';
import { markupSchema, plainMarkup } from '../../src/data/markup-schema.js';
import { cat9 } from '../../src/data/markups/cat9.js';
import { mirrorByName, namedMarkup, pointsMarkup } from '../../src/data/markups/numbered.js';
import { temporaryFolder } from '../temporary.js';
import { put } from './formats/made.js';

const folder = temporaryFolder();
const yaml = (text: string) => put(folder, 'dog.yaml', text);

const dog = `name: dog3
points: [ear a, ear b, nose]
mirror: [[ear a, 1]]
contours:
  - { name: head, points: [0, nose, ear b], closed: true }
normalisers:
  - name: inter-aural
    from: [ear a]
    to: [1]
`;

test('points are referred to by name or index', async () => {
  expect(await readMarkup(yaml(dog))).toEqual({
    name: 'dog3',
    points: ['ear a', 'ear b', 'nose'],
    mirror: [1, 0, 2],
    contours: [{ name: 'head', points: [0, 2, 1], closed: true }],
    normalisers: [{ name: 'inter-aural', from: [0], to: [1] }],
  });
});

test('a markup is found by name, by number or by file', async () => {
  expect(await findMarkup('cat9')).toBe(cat9);
  expect(await findMarkup('points4')).toEqual(pointsMarkup(4));
  expect((await findMarkup(yaml(dog))).name).toBe('dog3');
  await expect(findMarkup('cat8')).rejects.toThrow("unknown markup 'cat8': did you mean 'cat9'?");
});

test('JSON will do, and the names of the points alone', async () => {
  const file = put(folder, 'dog.json', '{ "name": "dog2", "points": ["left ear", "right ear"] }');
  expect(await readMarkup(file)).toEqual(namedMarkup(['left ear', 'right ear'], 'dog2'));
});

test('what is written of a markup reads back', () => {
  for (const markup of [cat9, pointsMarkup(4)]) expect(markupSchema.parse(plainMarkup(markup))).toEqual(markup);
});

describe('names file, line and key of', () => {
  test.each([
    [
      'an unknown point',
      dog.replace('[0, nose', '[0, nase'),
      /^\S+dog\.yaml:5: 'contours\[0\]\.points\[1\]' is "nase": is none of the 3 points/,
    ],
    [
      'an index too high',
      dog.replace('to: [1]', 'to: [3]'),
      /dog\.yaml:9: 'normalisers\[0\]\.to\[0\]' is 3: is none of the 3 points/,
    ],
    [
      'a name twice',
      dog.replace('ear b, nose]', 'ear a, nose]'),
      /dog\.yaml:2: 'points\[1\]' is "ear a": is the name of two points/,
    ],
    [
      'a point in two pairs',
      dog.replace('[[ear a, 1]]', '[[0, 1], [1, 2]]'),
      /dog\.yaml:3: 'mirror\[1\]' is \[1,2\]: has a point that stands/,
    ],
    [
      'an unknown key',
      dog.replace('normalisers', 'normalizers'),
      /dog\.yaml:6: 'normalizers' is no known key: did you mean 'normalisers'\?/,
    ],
    ['no points', 'name: dog\n', /dog\.yaml:1: 'points' is missing/],
    ['no name', 'points: [a]\n', /dog\.yaml:1: 'name' is missing/],
    ['a number for a name', dog.replace('dog3', '3'), /dog\.yaml:1: 'name' is 3: expected string/],
    ['broken YAML', 'name: [', /dog\.yaml:1: /],
    ['a list', '- a\n', /dog\.yaml:1: a markup is a map/],
    ['nothing', '', /dog\.yaml: is empty/],
  ])('%s', async (_, text, said) => {
    await expect(readMarkup(yaml(text))).rejects.toThrow(said);
  });
});

test('partners are found by name', () => {
  expect(mirrorByName(['left_eye', 'nose', 'Right_eye', 'mouth_left_corner', 'leftmost'])).toEqual([2, 1, 0, 3, 4]);
});
