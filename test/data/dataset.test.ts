import { beforeAll, describe, expect, test } from 'vitest';
import { convertDataset } from '../../src/data/convert.js';
import { openDataset } from '../../src/data/dataset.js';
import { formatNamed, formats } from '../../src/data/formats/index.js';
import { makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';
import { put, putPicture } from './formats/made.js';

const folder = temporaryFolder();
const xml = (picture: string, parts = '<part name="0" x="5" y="6"/>') =>
  `<dataset><images><image file="${picture}"><box top="1" left="1" width="20" height="9">${parts}</box></image></images></dataset>`;

beforeAll(async () => {
  await putPicture(folder, 'xml/a.png');
  put(folder, 'xml/notes.xml', '<notes/>');
  put(folder, 'xml/package.json', '{}');
  put(folder, 'xml/labels.xml', xml('a.png'));
  await putPicture(folder, 'pts/in/a.png');
  put(folder, 'pts/in/a.pts', '1 2\n3 4\n');
  put(folder, 'two/a.xml', xml('../xml/a.png'));
  put(folder, 'two/b.xml', xml('../xml/a.png'));
  put(folder, 'train/train.XML', xml('../xml/a.png'));
  put(folder, 'train/test.xml', xml('../xml/a.png', ''));
});

describe('openDataset', () => {
  test('finds the annotation of a folder, whatever else lies there', async () => {
    expect((await openDataset(`${folder}/xml`)).samples.map(({ id }) => id)).toEqual(['a']);
    expect((await openDataset(`${folder}/pts`)).samples.map(({ id }) => id)).toEqual(['in/a']);
    expect((await openDataset(`${folder}/train`)).markup.name).toBe('points1');
    expect((await openDataset(`${folder}/train/test.xml`)).markup.name).toBe('points0');
  });

  test('reads a file by its ending, or as it is told', async () => {
    put(folder, 'table.txt', 'xml/a.png,1,2,30,20\n');
    expect((await openDataset(`${folder}/table.txt`, { format: 'csv' })).samples.length).toBe(1);
    await expect(openDataset(`${folder}/table.txt`)).rejects.toThrow(
      /table\.txt: is no known annotation file; known are imm \(\.asf\), dlib-xml \(\.xml\), csv/,
    );
  });

  test('asks where several files could be meant, and names what is not there', async () => {
    await expect(openDataset(`${folder}/two`)).rejects.toThrow(
      /two: holds several annotation files, a\.xml, b\.xml; give the path of one/,
    );
    await expect(openDataset(`${folder}/gone`)).rejects.toThrow(/gone: there is no such file/);
    await expect(openDataset(`${folder}/xml`, { format: 'pts' })).rejects.toThrow(
      /xml: is no known data set; known are pts \(\.pts\)/,
    );
    await expect(openDataset(`${folder}/xml`, { format: 'cocoa' })).rejects.toThrow(
      "unknown format 'cocoa': did you mean 'coco'?",
    );
  });
});

describe('convertDataset', () => {
  test.each(formats.filter(({ write }) => write).map(({ name, ending, files }) => ({ name, ending, files })))(
    'writes $name that opens again with the same points',
    async ({ name, ending, files }) => {
      const imm = `${folder}/imm`;
      await makeImm(imm, { people: 1, seed: 1 });
      const to = `${folder}/out/${name}${files === 'one' ? ending : ''}`;
      expect(await convertDataset(imm, to, name)).toEqual({ read: 6, written: 6 });
      const [before, after] = [await openDataset(imm), await openDataset(to)];
      expect(after.markup.points.length).toBe(58);
      before.samples.forEach(({ points }, i) => {
        const furthest = Math.max(...points!.map((value, k) => Math.abs(value - after.samples[i]!.points![k]!)));
        expect(furthest).toBeLessThanOrEqual(['dlib-xml', 'cat'].includes(name) ? 0.5001 : 0.0006);
      });
      if (name !== 'pts' && name !== 'cat') expect(after.markup.name).toBe('imm58');
      if (name === 'coco')
        expect(after.samples.map(({ group, tags }) => [group, tags])).toEqual(
          before.samples.map(({ group, tags }) => [group, tags]),
        );
    },
  );

  test('counts what could not be written, and tells of it', async () => {
    const problems: string[] = [];
    put(
      folder,
      'some.xml',
      xml('xml/a.png', '').replace(
        '</box>',
        '</box><box top="1" left="1" width="9" height="9"><part name="0" x="5" y="6"/></box><box/>',
      ),
    );
    const done = await convertDataset(`${folder}/some.xml`, `${folder}/some.csv`, 'csv', {
      onProblem: ({ message }) => problems.push(message),
    });
    expect(done).toEqual({ read: 2, written: 1 });
    expect(problems).toEqual([
      expect.stringMatching(/some\.xml:1: left of the box is missing/),
      'xml/a#1: has no points, which csv needs; write dlib-xml or coco, which hold boxes',
    ]);
  });

  test('refuses to write what is only read, over itself, or nothing', async () => {
    await expect(convertDataset(`${folder}/xml`, `${folder}/out`, 'imm')).rejects.toThrow(/'imm' is only read/);
    const file = `${folder}/xml/labels.xml`;
    await expect(convertDataset(file, file, 'dlib-xml')).rejects.toThrow(/would replace what is read/);
    await expect(
      convertDataset(`${folder}/train/test.xml`, `${folder}/out.csv`, 'csv', { onProblem: () => {} }),
    ).rejects.toThrow(/has no face that can be written in this format/);
    expect(formatNamed('pts').name).toBe('pts');
  });
});
