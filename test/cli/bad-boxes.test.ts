import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pngHeader } from '../image/made-pictures.js';
import { madePicture, makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';
import { fiducial } from './command-line.js';

const base = temporaryFolder();
const data = join(base, 'imm');
let good = '';

beforeAll(async () => {
  await makeImm(data, { people: 2, seed: 1 });
  good = madePicture(data, '01-1');
  cpSync(join(data, good), join(base, 'good.jpg'));
  writeFileSync(join(base, 'text.jpg'), 'a text, and no picture');
  writeFileSync(join(base, 'huge.png'), pngHeader(30_000, 30_000));
}, 60_000);

const box = (sides = 'top="10" left="60" width="60" height="70"', parts = '') => `<box ${sides}>${parts}</box>`;
const part = (name: string, x = '20') => `<part name="${name}" x="${x}" y="30"/>`;
const whole = box(undefined, part('0') + part('1'));

/** One face a line, each in `good.jpg` unless it names a picture; the first stands in line 4. */
function writeXml(name: string, faces: readonly (readonly [box: string, picture?: string])[]): string {
  const file = join(base, name);
  const lines = faces.map(([of, picture = 'good.jpg']) => `<image file="${picture}">${of}</image>`);
  writeFileSync(file, `<?xml version="1.0"?>\n<dataset>\n<images>\n${lines.join('\n')}\n</images>\n</dataset>\n`);
  return file;
}

const rows = (stdout: string) => stdout.trim().split('\n').slice(1).filter(Boolean);

/** Runs a command that must fail and find nothing: the one line that it says on stderr. */
function refused(...args: string[]): string {
  const { code, stdout, stderr } = fiducial(args, base);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^fiducial: [^\n]+\n$/);
  return stderr;
}

describe('predict --boxes', () => {
  it('tells each bad face with file and line, does the good ones between them, and ends with 1', () => {
    const cases: [box: string, picture: string | undefined, said: RegExp][] = [
      [box('top="1" left="1" width="0" height="9"'), undefined, /:5: the box \(.*width 0.*\) has no area/],
      [box('top="1" left="1" width="9" height="-9"'), undefined, /:7: the box \(.*height -9\) has no area/],
      [box('top="1" left="900" width="9" height="9"'), undefined, /:9: the box \(.*\) lies wholly outside its picture/],
      [box(undefined, part('0')), undefined, /:11: this face lacks part 1; the scheme has 2 parts/],
      [box(undefined, part('0') + part('1') + part('01')), undefined, /:13: part '01' stands twice in this face/],
      [box(undefined, part('0') + part('1', 'NaN')), undefined, /:15: x of part '1' is 'NaN'/],
      [whole, 'text.jpg', /:17: .*text\.jpg: is not a picture that can be read/],
      [whole, 'huge.png', /:19: .*huge\.png: 30000 × 30000 pixels are more than/],
      [whole, 'gone.jpg', /:21: .*gone\.jpg: there is no such picture/],
    ];
    const faces = cases.flatMap(([of, picture]): [string, string?][] => [[whole], picture ? [of, picture] : [of]]);
    const file = writeXml('many.xml', [...faces, [whole]]);
    const { code, stdout, stderr } = fiducial(['predict', 'face58', '--boxes', file]);
    expect(code).toBe(1);
    expect(rows(stdout).map((row) => row.split(',')[0])).toEqual(new Array(cases.length + 1).fill('good.jpg'));
    const lines = stderr.trim().split('\n');
    expect(lines.length).toBe(cases.length);
    for (const [, , said] of cases) {
      expect(lines.filter((line) => line.startsWith(`fiducial: ${file}:`) && said.test(line)).length, `${said}`).toBe(
        1,
      );
    }
  });

  it('does the good rows of a CSV beside a short one', () => {
    const file = join(base, 'short.csv');
    writeFileSync(file, 'name,x0,y0,x1,y1\ngood.jpg,20,20,90,80\ngood.jpg,1,2,3\ngood.jpg,30,20,95,80\n');
    const { code, stdout, stderr } = fiducial(['predict', 'face58', '--boxes', file]);
    expect([code, rows(stdout).length]).toEqual([1, 2]);
    expect(stderr).toBe(`fiducial: ${file}:3: has 4 cells, where the first row has 5; mend it or remove the row\n`);
  });

  it('refuses a truncated XML', () => {
    const file = writeXml('truncated.xml', [[whole], [whole]]);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 150));
    expect(refused('predict', 'face58', '--boxes', file)).toMatch(/truncated\.xml:\d+: is not well-formed XML/);
  });
});

describe('a model', () => {
  it('of another markup is refused for data of this one', () => {
    const file = writeXml('pairs.xml', [[whole], [whole]]);
    for (const command of [['evaluate'], ['study', 'boundary'], ['study', 'overlap']]) {
      const said = refused(...command, 'face58', '--data', file, '--split', 'all');
      expect(said).toMatch(/face58|imm58/);
    }
  });

  it('whose description of itself is corrupted is refused', () => {
    const model = readFileSync(new URL('../../weights/face58.onnx', import.meta.url));
    const file = join(base, 'corrupted.onnx');
    // The graph stands before the weights, the metadata behind them.
    for (const at of [model.indexOf('Conv'), model.lastIndexOf('"format"')]) {
      const bytes = Buffer.from(model);
      bytes.fill(0xff, at, at + 300);
      writeFileSync(file, bytes);
      expect(refused('predict', file, join(base, 'good.jpg'))).toContain('corrupted.onnx');
    }
  });
});
