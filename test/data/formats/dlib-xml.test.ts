import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDlibXml } from '../../../src/data/formats/dlib-xml.js';
import { cat9 } from '../../../src/data/markups/cat9.js';
import { namedMarkup } from '../../../src/data/markups/numbered.js';
import { temporaryFolder } from '../../temporary.js';
import { problemsOf, put, putPicture } from './made.js';

const folder = temporaryFolder();
beforeAll(async () => {
  await putPicture(folder, 'p/a.png', 40, 30);
  await putPicture(folder, 'p/b.png', 60, 50);
  await putPicture(folder, 'p/Zoë.png', 60, 50);
  put(folder, 'p/broken.png', 'no picture');
  put(folder, 'p/empty.png', '');
});

const part = (name: string, x: string | number = 5, y: string | number = 6) =>
  `<part name="${name}" x="${x}" y="${y}"/>\n`;
const three = part('0') + part('1', 7, 8) + part('2', 9, 10);
const box = (parts = three, attributes = 'top="2" left="3" width="20" height="22"') =>
  `<box ${attributes}>\n${parts}</box>\n`;
const image = (faces: string, file = 'p/a.png', size = '') => `<image file="${file}"${size}>\n${faces}</image>\n`;
const xml = (images: string, head = '<?xml version="1.0"?>\n') =>
  put(folder, 'labels.xml', `${head}<dataset>\n<name>made</name>\n<images>\n${images}</images>\n</dataset>\n`);

describe('reads', () => {
  test('several faces a picture, with parts and without, in order', async () => {
    const file = xml(
      image(box() + box('')) + image(box(part('2', 1, 2) + part('00', 3, 4) + part('01', 5, 6)), 'p/b.png'),
    );
    const { name, markup, samples } = await readDlibXml(file);
    expect(name).toBe('made');
    expect(markup.name).toBe('points3');
    expect(samples.map(({ id, group }) => [id, group])).toEqual([
      ['p/a#1', 'p/a'],
      ['p/a#2', 'p/a'],
      ['p/b', 'p/b'],
    ]);
    expect(samples[0]!.box).toEqual({ left: 3, top: 2, width: 20, height: 22 });
    expect(samples.map(({ points }) => points && [...points])).toEqual([
      [5, 6, 7, 8, 9, 10],
      undefined,
      [3, 4, 5, 6, 1, 2],
    ]);
  });

  test('parts by name, as points of that name', async () => {
    const { markup, samples } = await readDlibXml(xml(image(box(part('right ear', 1, 2) + part('left ear', 3, 4)))));
    expect(markup).toMatchObject({ points: ['right ear', 'left ear'], mirror: [1, 0] });
    expect([...samples[0]!.points!]).toEqual([1, 2, 3, 4]);
  });

  test('parts by name in the order of a given markup', async () => {
    const file = xml(image(box(part('right ear', 1, 2) + part('left ear', 3, 4))));
    const { samples } = await readDlibXml(file, { markup: namedMarkup(['left ear', 'right ear']) });
    expect([...samples[0]!.points!]).toEqual([3, 4, 1, 2]);
  });

  test('parts numbered from 1, and decimals', async () => {
    const { markup, samples } = await readDlibXml(xml(image(box(part('1', 1.25, -2) + part('2', 3, 4e1)))));
    expect(markup.name).toBe('points2');
    expect([...samples[0]!.points!]).toEqual([1.25, -2, 3, 40]);
  });

  test('68 numbered parts as iBUG’s, boxes alone as a markup without points', async () => {
    const parts = Array.from({ length: 68 }, (_, i) => part(String(i).padStart(2, '0'))).join('');
    expect((await readDlibXml(xml(image(box(parts))))).markup.name).toBe('ibug68');
    expect((await readDlibXml(xml(image(box(''))))).markup.points).toEqual([]);
    expect((await readDlibXml(xml(image(box(''))), { markup: cat9 })).markup).toBe(cat9);
  });

  test('neither what is marked to be ignored nor tags it does not know; labels become tags', async () => {
    const ignored = box(three, 'top="0" left="0" width="9" height="9" ignore="1"');
    const labelled = box(`<label>seen &amp; known</label><chip/>${three}`);
    const { samples } = await readDlibXml(xml(`<!-- made -->${image(ignored + labelled)}`));
    expect(samples.map(({ id, tags }) => [id, tags])).toEqual([['p/a', { label: 'seen & known' }]]);
  });

  test('pictures named as Windows would, or in UTF-8 under another declaration', async () => {
    const head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n';
    const { samples } = await readDlibXml(xml(image(box(), 'p\\a.png') + image(box(), 'p/Zoë.png'), head));
    expect(samples.map(({ picture }) => picture.slice(folder.length + 1))).toEqual(['p/a.png', 'p/Zoë.png']);
  });

  test('pictures from another folder', async () => {
    const { samples } = await readDlibXml(xml(image(box(), 'a.png')), { pictures: `${folder}/p` });
    expect(samples[0]!.picture).toBe(`${folder}/p/a.png`);
  });

  test('sizes of pictures as they stand upright', async () => {
    const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#777' } });
    put(folder, 'p/turned.jpg', await picture.jpeg().withMetadata({ orientation: 6 }).toBuffer());
    const low = box(three, 'top="32" left="3" width="9" height="9"');
    expect((await readDlibXml(xml(image(low, 'p/turned.jpg')))).samples.length).toBe(1);
    await expect(readDlibXml(xml(image(low, 'p/turned.jpg', ' width="40" height="30"')))).rejects.toThrow(
      /says that p\/turned\.jpg has 40 × 30 pixels, but upright it has 30 × 40/,
    );
  });

  test('faces of a 300-W photo into one group', async () => {
    for (const name of ['afw/7_1.png', 'afw/7_2.png', 'helen/trainset/8_1.png', 'lfpw/testset/image_0001.png']) {
      await putPicture(folder, name);
    }
    const { samples } = await readDlibXml(
      xml(
        ['afw/7_1', 'afw/7_2', 'helen/trainset/8_1', 'lfpw/testset/image_0001']
          .map((name) => image(box(), `${name}.png`))
          .join(''),
      ),
    );
    expect(samples.map(({ group }) => group)).toEqual(['afw/7', 'afw/7', 'helen/8', 'lfpw/image_0001']);
    expect(samples.map(({ tags }) => tags.source)).toEqual(['afw', 'afw', 'helen', 'lfpw']);
  });
});

describe('names file, line and value of', () => {
  const good = image(box(), 'p/b.png');
  test.each([
    [
      'a zero box',
      image(box(three, 'top="2" left="3" width="0" height="9"')),
      /:6: the box \(left 3, top 2, width 0, height 9\) has no area/,
    ],
    [
      'a negative box',
      image(box(three, 'top="2" left="3" width="9" height="-9"')),
      /:6: the box \(.*height -9\) has no area/,
    ],
    [
      'a box outside',
      image(box(three, 'top="2" left="40" width="9" height="9"')),
      /:6: the box .* lies wholly outside its picture of 40 × 30 pixels/,
    ],
    [
      'a box beyond the left',
      image(box(three, 'top="2" left="-9" width="9" height="9"')),
      /:6: the box .* lies wholly outside/,
    ],
    ['a box without a side', image(box(three, 'top="2" left="3" width="9"')), /:6: height of the box is missing/],
    ['a broken side', image(box(three, 'top="2" left="3px" width="9" height="9"')), /:6: left of the box is '3px'/],
    ['a missing part', image(box(part('0') + part('2'))) + good, /:6: this face lacks part 1; the scheme has 3 parts/],
    [
      'a part too many',
      image(box(three + part('41'))) + good,
      /:6: this face has the unknown part 41; the scheme has 3 parts/,
    ],
    ['a part named twice', image(box(three + part('01'))), /:10: part '01' stands twice in this face/],
    ['a part without a name', image(box(`${three}<part x="1" y="2"/>\n`)), /:10: <part> has no name="…"/],
    [
      'a NaN coordinate',
      image(box(part('0', 'nan') + part('1') + part('2'))),
      /:7: x of part '0' is 'nan', where a number/,
    ],
    ['a missing coordinate', image(box('<part name="0" x="1"/>')), /:7: y of part '0' is missing/],
    [
      'a coordinate out of all bounds',
      image(box(part('0') + part('1', 5, '1e39') + part('2'))),
      /:8: y of part '1' is '1e39'/,
    ],
    ['a missing picture', image(box(), 'p/gone.png'), /:6: \S+p\/gone\.png: there is no such picture/],
    ['an empty picture', image(box(), 'p/empty.png'), /:6: \S+p\/empty\.png: is empty \(0 bytes\)/],
    ['a broken picture', image(box(), 'p/broken.png'), /:6: \S+p\/broken\.png: is not a picture that can be read/],
    [
      'another size of the picture',
      image(box(), 'p/a.png', ' width="80" height="60"'),
      /:6: says that p\/a\.png has 80 × 60 pixels, but upright it has 40 × 30/,
    ],
    ['an image without file', `<image>\n${box()}</image>\n`, /:5: <image> has no file/],
  ])('%s, and goes on with the other pictures', async (_, images, said) => {
    const file = xml(images + good + good);
    const { dataset, problems } = await problemsOf((onProblem) => readDlibXml(file, { onProblem }));
    expect(problems).toEqual([expect.stringMatching(said)]);
    expect(problems[0]).toContain(`${file}:`);
    expect(dataset?.samples.every(({ id }) => id.startsWith('p/b'))).toBe(true);
    await expect(readDlibXml(file)).rejects.toThrow(problems[0]);
  });

  test('a file cut off, though someone is told of problems: half a data set must not pass for one', async () => {
    const file = xml(good);
    const text = `<dataset>\n<images>\n${good}<image file="p/a.png">\n<box top="1" lef`;
    put(folder, 'labels.xml', text);
    const { dataset, problems } = await problemsOf((onProblem) => readDlibXml(file, { onProblem }));
    expect(dataset).toBeUndefined();
    expect(problems).toEqual([
      `${file}:11: is not well-formed XML (unclosed tag: image); the file is cut off, get it whole again`,
    ]);
  });

  test.each([
    ['other XML', '<svg></svg>', /:1: the root is <svg>, where dlib's XML has <dataset>/],
    [
      'a stray box',
      '<dataset>\n<box top="1" left="1" width="1" height="1"/></dataset>',
      /:2: <box> stands outside of <image>/,
    ],
    [
      'a stray part',
      '<dataset>\n<image file="p/a.png"><part name="0" x="1" y="1"/></image></dataset>',
      /:2: <part> stands outside of <box>/,
    ],
    ['tags that cross', '<dataset>\n<images>\n</dataset>', /:3: is not well-formed XML \(unexpected close tag/],
    ['no faces', '<dataset><images></images></dataset>', /labels\.xml: holds no face that can be used/],
    ['an entity', '<dataset><name>&xxe;</name></dataset>', /:1: is not well-formed XML \(undefined entity/],
  ])('%s', async (_, text, said) => {
    await expect(readDlibXml(put(folder, 'labels.xml', text))).rejects.toThrow(said);
  });

  test('a markup that does not fit', async () => {
    await expect(readDlibXml(xml(good), { markup: cat9 })).rejects.toThrow(
      /labels\.xml: its faces have 3 points, but the markup 'cat9' has 9/,
    );
  });
});
