import { cpSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { madePicture, makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';
import { fiducial, succeed, writeSmallRecipe } from './command-line.js';

const base = temporaryFolder();
const data = join(base, 'imm');
const recipe = join(base, 'small.yaml');
const run = join(base, 'run');
const short = ['--set', 'train.epochs=2'];

beforeAll(async () => {
  await makeImm(data, { people: 6, seed: 1 });
  writeSmallRecipe(recipe);
  succeed(['train', recipe, '--data', data, '--out', run, '--no-report', ...short]);
});

let copies = 0;
function copy(folder: string): string {
  const to = join(base, `copy-${copies++}`);
  cpSync(folder, to, { recursive: true });
  return to;
}

/** Runs a command that must fail: the one line that it says on stderr. */
function refused(code: 1 | 2, args: string[], folder = base): string {
  const { stdout, stderr, ...ended } = fiducial(args, folder);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^fiducial: [^\n]+\n$/);
  expect(ended.code, stderr).toBe(code);
  return stderr.slice('fiducial: '.length).trimEnd();
}

describe('wrong usage ends with 2, and says how to go on', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown option', ['train', 'nose', '--dat', 'x'], /unknown option '--dat'.*--data/],
    ['no pictures', ['predict', 'model.onnx'], /say which pictures/],
    ['an unknown recipe', ['train', 'nsoe'], /unknown recipe 'nsoe': did you mean 'nose'\?/],
    ['a --set typo', ['train', recipe, '--set', 'train.learningrate=1'], /--set .*did you mean 'learningRate'\?/],
    ['a box of three', ['predict', run, 'a.jpg', '--box', '1,2,3'], /--box 1,2,3: give left,top,width,height/],
    ['a run where there is one', ['train', recipe, '--data', data, '--out', run], /holds a run already: give --resume/],
  ])('%s', (_, args, message) => {
    expect(refused(2, args)).toMatch(message);
  });
});

describe('a recipe with a mistake', () => {
  it('names file, line, key and the nearest right one', () => {
    const file = join(base, 'typo.yaml');
    writeFileSync(file, readFileSync(recipe, 'utf8').replace('learningRate', 'learningrate'));
    expect(refused(1, ['train', file, '--data', data])).toMatch(
      /typo\.yaml:18: unknown key 'train\.learningrate': did you mean 'learningRate'\?/,
    );
  });

  it('names an unknown network, and leaves no run folder', () => {
    const out = join(base, 'unknown-network');
    expect(refused(1, ['train', recipe, '--data', data, '--out', out, '--set', 'model.name=cnn3'])).toContain("'cnn3'");
    expect(existsSync(out)).toBe(false);
  });

  it('weights of a folder that holds no run', () => {
    const out = join(base, 'from-nothing');
    const message = refused(1, ['train', recipe, '--data', data, '--out', out, '--from', data]);
    expect(message).toMatch(/cannot read .*recipe\.json: .*is .* a run folder\?/);
    expect(existsSync(out)).toBe(false);
  });

  it('that asks for a batch larger than the training side says so', () => {
    const out = join(base, 'large-batch');
    const message = refused(1, ['train', recipe, '--data', data, '--out', out, '--set', 'train.batch=30']);
    expect(message).toMatch(/train\.batch: 30 is more than the 24 faces/);
    expect(existsSync(out)).toBe(false);
  });
});

describe('data with a mistake', () => {
  it.each<[string, (folder: string) => void, RegExp]>([
    ['57 points', (folder) => edit(folder, /^58$/m, '57'), /01-1\w\.asf:\d+: has 57 points/],
    [
      'a picture that does not decode',
      (folder) => truncateSync(join(folder, madePicture(folder, '01-3')), 1500),
      /01-3\w\.jpg: is not a picture that can be read/,
    ],
  ])('%s: one line, and no run folder', (_, change, message) => {
    const folder = copy(data);
    change(folder);
    const out = join(base, 'never');
    expect(refused(1, ['train', recipe, '--data', folder, '--out', out])).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  function edit(folder: string, from: RegExp, to: string): void {
    const file = join(folder, madePicture(folder, '01-1').replace('.jpg', '.asf'));
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  }
});

describe('a run that cannot go on', () => {
  const resume = (folder: string, ...more: string[]) =>
    refused(1, ['train', recipe, '--data', data, '--out', folder, '--no-report', '--resume', ...short, ...more]);

  it('with another recipe names the key and both values', () => {
    expect(resume(run, '--set', 'train.learningRate=0.5')).toMatch(/train\.learningRate: 0\.01 there, 0\.5 here/);
  });

  it('with other data names those it was trained on', async () => {
    const other = join(base, 'other');
    await makeImm(other, { people: 6, seed: 9 });
    expect(resume(run, '--data', other)).toContain(`was trained on other data (${data})`);
  });

  it.each<[string, string, (file: string) => void, RegExp]>([
    ['a truncated checkpoint', 'checkpoint/checkpoint.bin', (file) => truncateSync(file, 120), /damaged or cut short/],
  ])('%s: one line names it', (_, name, damage, message) => {
    const folder = copy(run);
    damage(join(folder, name));
    const said = resume(folder);
    expect(said).toMatch(message);
    expect(said).toContain(join(folder, name));
    expect(readFileSync(join(folder, 'model.onnx')).equals(readFileSync(join(run, 'model.onnx')))).toBe(true);
  });
});

describe('a training that diverges', () => {
  it('says in which step, names the setting, and leaves a folder without half-written files', () => {
    const out = join(base, 'diverged');
    const message = refused(1, ['train', recipe, '--data', data, '--out', out, '--set', 'train.learningRate=1e30']);
    expect(message).toMatch(/loss became (NaN|Infinity) in epoch \d+.*train\.learningRate \(now 1e\+30\)/);
    expect(existsSync(join(out, 'recipe.json'))).toBe(true);
    for (const name of ['model.onnx', 'metrics.jsonl']) {
      if (existsSync(join(out, name))) expect(readFileSync(join(out, name), 'latin1')).not.toMatch(/null|NaN/);
    }
  });

  it('leaves the best model of the epochs before', () => {
    const out = join(base, 'diverged-later');
    const later = ['--set', 'train.optimiser=sgd', '--set', 'train.learningRate=8'];
    const message = refused(1, ['train', recipe, '--data', data, '--out', out, ...later]);
    expect(message).toMatch(/loss became (NaN|Infinity) in epoch [2-9]/);
    expect(readFileSync(join(out, 'metrics.jsonl'), 'latin1')).toContain('"best":true');
    expect(existsSync(join(out, 'model.onnx'))).toBe(true);
  });
});

describe('predict and evaluate', () => {
  it('do the good pictures beside a bad one, and end with 1', () => {
    const bad = join(base, 'text.jpg');
    writeFileSync(bad, 'not a picture');
    const [first, second] = ['01-1', '01-2'].map((face) => join(data, madePicture(data, face))) as [string, string];
    const { code, stdout, stderr } = fiducial(['predict', run, first, bad, join(base, 'none.png'), second]);
    expect(code).toBe(1);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(',')[0]),
    ).toEqual(['name', first, second]);
    const lines = stderr.trim().split('\n');
    expect(lines.length).toBe(2);
    expect(lines[0]).toMatch(/^fiducial: .*text\.jpg: is not a picture/);
    expect(lines[1]).toMatch(/^fiducial: .*none\.png: there is no such picture/);
    expect(refused(1, ['predict', run, bad])).toContain('text.jpg');
  });

  it('refuse a model that is damaged', () => {
    const model = readFileSync(join(run, 'model.onnx'));
    const file = join(base, 'damaged.onnx');
    for (const bytes of [Buffer.alloc(0), Buffer.from('text'), model.subarray(0, model.length / 2)]) {
      writeFileSync(file, bytes);
      expect(refused(1, ['predict', file, join(data, madePicture(data, '01-1'))])).toContain('damaged.onnx');
    }
  });

  it('refuse a folder without a model', () => {
    const folder = join(base, 'no-model');
    mkdirSync(folder);
    expect(refused(1, ['evaluate', folder, '--data', data])).toMatch(/holds no model\.onnx/);
  });
});
