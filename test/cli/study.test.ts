import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';
import { fiducial, succeed } from './command-line.js';

const base = temporaryFolder();
const data = join(base, 'imm');
const faces = ['--data', data, '--split', 'all', '--count', '4'];

beforeAll(() => makeImm(data, { people: 4, seed: 1 }), 60_000);

describe('fiducial study', () => {
  it.each([
    ['boundary', ['boundary-across', 'boundary-error', 'boundary-share', 'examples-face58', 'examples-face58-2']],
    [
      'overlap',
      [
        ...['examples-face58', 'examples-face58-2', 'overlap-border', 'overlap-error'],
        ...['overlap-followed-face58', 'overlap-followed-face58-2'],
      ],
    ],
  ])('%s writes numbers, figures and one page of several models, the same by the same seed', (kind, figures) => {
    const out = join(base, kind);
    const said = JSON.parse(succeed(['study', kind, 'face58', 'face58', ...faces, '--out', out, '--json']));
    expect(readdirSync(out).sort()).toEqual(
      [...figures.flatMap((name) => [`${name}.png`, `${name}.svg`]), 'index.html', 'study.json'].sort(),
    );
    const { page, ...numbers } = said;
    expect(page).toBe(join(out, 'index.html'));
    expect(JSON.parse(readFileSync(join(out, 'study.json'), 'utf8'))).toEqual(numbers);
    expect(numbers).toMatchObject({
      study: kind,
      faces: 4,
      seed: 0,
      models: [{ name: 'face58' }, { name: 'face58-2' }],
    });
    expect(numbers.models[1].steps).toEqual(numbers.models[0].steps);
    const html = readFileSync(page, 'utf8');
    expect(/(?:src|href)="(?!data:|#)/.test(html)).toBe(false);
    const words = html.replace(/base64,[^"]*/g, '');
    expect(/NaN|undefined|Infinity/.test(words)).toBe(false);
  });

  it('refuses a model of one point, and data of another markup, in one line', () => {
    const one = fiducial(['study', 'boundary', 'nose', ...faces, '--out', join(base, 'none')]);
    expect([one.code, one.stdout]).toEqual([1, '']);
    expect(one.stderr).toMatch(/^fiducial: nose\S* predicts fewer than 4 points, 1: of so few [^\n]*\n$/);
  });
});
