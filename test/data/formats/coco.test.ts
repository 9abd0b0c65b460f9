import { beforeAll, describe, expect, test } from 'vitest';
import { readCoco } from '../../../src/data/formats/coco.js';
import { contoursOf, skeletonOf } from '../../../src/data/formats/skeleton.js';
import { cat9 } from '../../../src/data/markups/cat9.js';
import { namedMarkup, pointsMarkup } from '../../../src/data/markups/numbered.js';
import { temporaryFolder } from '../../temporary.js';
import { problemsOf, put, putPicture } from './made.js';

const folder = temporaryFolder();
beforeAll(async () => {
  await putPicture(folder, 'a.png', 40, 30);
});

const face = {
  id: 1,
  image_id: 7,
  category_id: 1,
  bbox: [3, 2, 20, 22],
  keypoints: [5, 6, 2, 7, 8, 1, 0, 0, 0],
};
const made = {
  images: [{ id: 7, file_name: 'a.png', width: 40, height: 30 }],
  annotations: [face] as unknown[],
  categories: [
    {
      id: 1,
      name: 'dog',
      keypoints: ['left_ear', 'right_ear', 'nose'],
      skeleton: [
        [1, 3],
        [3, 2],
      ],
    },
  ] as unknown[],
};
const json = (changes: object = {}) => put(folder, 'coco.json', JSON.stringify({ ...made, ...changes }));
const withFaces = (...faces: object[]) => json({ annotations: faces.map((change) => ({ ...face, ...change })) });

describe('reads', () => {
  test('box, points, visibility; the markup from the category', async () => {
    const { markup, samples } = await readCoco(json());
    expect(markup).toEqual({
      name: 'dog',
      points: ['left_ear', 'right_ear', 'nose'],
      mirror: [1, 0, 2],
      contours: [{ name: 'line 0', points: [0, 2, 1], closed: false }],
      normalisers: [],
    });
    expect(samples[0]).toEqual({
      id: 'a',
      picture: `${folder}/a.png`,
      group: 'a',
      tags: {},
      box: { left: 3, top: 2, width: 20, height: 22 },
      points: Float32Array.from([5, 6, 7, 8, 0, 0]),
      visible: Uint8Array.from([2, 1, 0]),
    });
  });

  test('no crowds, other categories or points that nobody annotated', async () => {
    const { samples } = await readCoco(
      withFaces(
        { iscrowd: 1 },
        { category_id: 2, keypoints: undefined },
        { keypoints: new Array(9).fill(0) },
        { bbox: undefined },
      ),
    );
    expect(samples.map(({ id, points }) => [id, points !== undefined])).toEqual([
      ['a#1', false],
      ['a#2', true],
    ]);
    expect(samples[1]!.box).toEqual({ left: 5, top: 6, width: 2, height: 2 });
  });

  test('boxes alone, and keypoints without names', async () => {
    const bare = [{ id: 1, name: 'face' }];
    const boxes = await readCoco(json({ categories: bare, annotations: [{ ...face, keypoints: undefined }] }));
    expect(boxes.markup.points).toEqual([]);
    expect((await readCoco(json({ categories: bare }))).markup.name).toBe('points3');
  });
});

test('keypoints by name in the order of a given markup, by place where it names them otherwise', async () => {
  const swapped = namedMarkup(['nose', 'left_ear', 'right_ear']);
  const { samples } = await readCoco(json(), { markup: swapped });
  expect([...samples[0]!.points!]).toEqual([0, 0, 5, 6, 7, 8]);
  expect([...samples[0]!.visible!]).toEqual([0, 2, 1]);
  const other = await readCoco(json(), { markup: pointsMarkup(3) });
  expect([...other.samples[0]!.points!]).toEqual([5, 6, 7, 8, 0, 0]);
  await expect(readCoco(json(), { markup: cat9 })).rejects.toThrow(
    /its faces have 3 points, but the markup 'cat9' has 9/,
  );
});

describe('names the file and the entry of', () => {
  test.each([
    ['a box without area', { bbox: [1, 2, 0, 4] }, /coco\.json: annotations\[1\]: the box \(.*width 0.*\) has no area/],
    [
      'a box outside',
      { bbox: [1, 30, 4, 4] },
      /annotations\[1\]: the box .* lies wholly outside its picture of 40 × 30/,
    ],
    ['a box that is none', { bbox: [1, 2, 3] }, /annotations\[1\]\.bbox is \[1,2,3\]/],
    ['a null in a box', { bbox: [1, 2, null, 4] }, /annotations\[1\]: bbox\[2\] is 'null'/],
    [
      'keypoints cut short',
      { keypoints: [1, 2, 2] },
      /annotations\[1\]\.keypoints has 3 numbers, where x, y and v of 3 points are 9/,
    ],
    [
      'a visibility of 3',
      { keypoints: [1, 2, 3, 0, 0, 0, 0, 0, 0] },
      /annotations\[1\]\.keypoints\[2\] is 3, where a visibility of 0, 1 or 2/,
    ],
    [
      'a coordinate that is none',
      { keypoints: ['x', 2, 2, 0, 0, 0, 0, 0, 0] },
      /annotations\[1\]: keypoints\[0\] is 'x'/,
    ],
    ['an image that is none', { image_id: 8 }, /annotations\[1\]\.image_id is 8, which no image has/],
    ['an image id that is none', { image_id: null }, /annotations\[1\]\.image_id is null/],
  ])('%s, and goes on with the others', async (_, change, said) => {
    const file = withFaces({}, change, {});
    const { dataset, problems } = await problemsOf((onProblem) => readCoco(file, { onProblem }));
    expect(problems).toEqual([expect.stringMatching(said)]);
    expect(dataset!.samples.length).toBe(2);
    await expect(readCoco(file)).rejects.toThrow(problems[0]);
  });

  const category = made.categories[0] as object;
  test.each([
    ['no list of images', { images: undefined }, /coco\.json: images is missing.*; is it COCO's format\?/],
    ['two images of one id', { images: [made.images[0], made.images[0]] }, /images\[1\]\.id is 7, as another's/],
    [
      'a picture of another size',
      { images: [{ ...made.images[0], width: 80 }] },
      /annotations\[0\]: says that a\.png has 80 × 30 pixels/,
    ],
    [
      'a picture that is not there',
      { images: [{ id: 7, file_name: 'gone.png' }] },
      /annotations\[0\]: \S+gone\.png: there is no such/,
    ],
    [
      'two kinds of keypoints',
      { categories: [category, { ...category, id: 2, name: 'cat' }] },
      /several categories, 'dog', 'cat'/,
    ],
    [
      'boxes of several kinds',
      {
        categories: [
          { id: 1, name: 'car' },
          { id: 2, name: 'cat' },
        ],
        annotations: [1, 2].map((category_id) => ({ ...face, category_id, keypoints: undefined })),
      },
      /has faces of several categories, 'car', 'cat'; keep/,
    ],
    [
      'keypoints of one name',
      { categories: [{ ...category, keypoints: ['a', 'a', 'b'] }] },
      /'dog' has two keypoints 'a'/,
    ],
    ['a skeleton beyond its points', { categories: [{ ...category, skeleton: [[1, 4]] }] }, /'dog' names point 4 of 3/],
    ['a category without id', { categories: [{ name: 'dog' }] }, /categories\[0\]\.id is missing/],
    ['no faces', { annotations: [] }, /coco\.json: holds no face/],
  ])('%s', async (_, change, said) => {
    await expect(readCoco(json(change))).rejects.toThrow(said);
  });

  test('text that is no JSON, with its line', async () => {
    await expect(readCoco(put(folder, 'coco.json', '{\n"images": [\n{"id": nan}]}'))).rejects.toThrow(
      /coco\.json:3: is no JSON/,
    );
    await expect(readCoco(put(folder, 'coco.json', '{\n"images": [\n'))).rejects.toThrow(
      /coco\.json:3: is no JSON .* cut off/,
    );
    await expect(readCoco(put(folder, 'coco.json', '[]'))).rejects.toThrow(/coco\.json: the file is \[\]/);
  });
});

test('lines become a skeleton and lines again', () => {
  const skeleton = skeletonOf(cat9.contours);
  expect(skeleton).toEqual([
    [4, 5],
    [5, 6],
    [7, 8],
    [8, 9],
    [1, 3],
    [3, 2],
    [2, 1],
  ]);
  expect(contoursOf(skeleton).map(({ points, closed }) => ({ points, closed }))).toEqual(
    cat9.contours.map(({ points, closed }) => ({ points, closed })),
  );
});
