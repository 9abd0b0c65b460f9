import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openDataset } from '../../src/data/dataset.js';
import { openMade } from '../../src/data/made.js';
import { makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';
import { fiducial, succeed, writeSmallRecipe } from './command-line.js';

const base = temporaryFolder();
const few = 'made:imm58,people=6,pictures=2';

it('made faces are a data set to samples, train, evaluate and features', async () => {
  const recipe = join(base, 'small.yaml');
  const run = join(base, 'run');
  const sheet = join(base, 'sheet.png');
  writeSmallRecipe(recipe);
  expect(succeed(['samples', recipe, '--data', few, '--out', sheet])).toBe(`${sheet}\n`);
  succeed(['train', recipe, '--data', few, '--out', run, '--set', 'train.epochs=2']);
  const evaluation = JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8'));
  const again = JSON.parse(succeed(['evaluate', run, '--data', few, '--json']));
  expect(again.pixels).toEqual(evaluation.best.pixels);
  expect(again.faces).toBe(4);
  expect(readdirSync(join(run, 'pictures')).length).toBe(5);
  expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('made faces (imm58)');
  const info = JSON.parse(readFileSync(join(run, 'recipe.json'), 'utf8'));
  expect(info.data.folder).toBe(few);
  const resumed = fiducial([
    'train',
    recipe,
    '--data',
    `${few},seed=1`,
    '--out',
    run,
    '--resume',
    '--set',
    'train.epochs=2',
  ]);
  expect(resumed.code).toBe(1);
  expect(resumed.stderr).toContain('was trained on other data');
}, 180_000);

it('predict takes them as pictures, and finds their noses', () => {
  const draw = join(base, 'drawn');
  const { faces } = JSON.parse(
    succeed(['predict', 'nose', 'made:imm58,people=4,pictures=1,seed=3', '--draw', draw, '--json']),
  );
  expect(readdirSync(draw).sort()).toEqual(['01-1.png', '02-1.png', '03-1.png', '04-1.png']);
  const { samples } = openMade('made:imm58,people=4,pictures=1,seed=3');
  for (const [i, { picture, points }] of faces.entries()) {
    expect(picture).toBe(samples[i]!.picture);
    const [x, y] = points[0];
    // The network that comes along has only seen photos; always the mean place would be off by 30 to 40 pixels.
    expect(Math.hypot(x - samples[i]!.points![104]!, y - samples[i]!.points![105]!)).toBeLessThan(30);
  }
}, 180_000);

it.each([
  ['pts', 'beside', 'beside'],
  ['coco', 'faces.json', 'faces-pictures'],
])('convert to %s writes their pictures, too', async (format, name, pictures) => {
  const out = join(base, name);
  succeed(['convert', 'made:imm58,people=1,pictures=2', out, '--to', format]);
  expect(readdirSync(join(base, pictures)).filter((file) => file.endsWith('.png'))).toEqual(['01-1.png', '01-2.png']);
  const { samples } = await openDataset(out);
  const made = openMade('made:imm58,people=1,pictures=2').samples;
  for (const [i, { points, picture }] of samples.entries()) {
    expect(existsSync(picture)).toBe(true);
    for (const [k, value] of points!.entries()) expect(value).toBeCloseTo(made[i]!.points![k]!, 2);
  }
});

it('fit-appearance learns from one’s own data, and writes a model and its card', async () => {
  const data = join(base, 'imm');
  const model = join(base, 'mine.bin');
  await makeImm(data, { people: 6, seed: 1 });
  const said = JSON.parse(
    succeed(['fit-appearance', data, model, '--leave-out', '5-6', '--modes', '8', '--detail', '40', '--json']),
  );
  expect(said).toMatchObject({ file: model, card: join(base, 'mine.md'), pictures: 24, modes: 8 });
  const card = readFileSync(said.card, 'utf8');
  for (const part of ['# mine', '24 pictures of 4 groups', 'for research', '500 drawn faces', '160×120']) {
    expect(card).toContain(part);
  }
  const { samples, markup } = await openDataset(`made:${model},people=3`);
  expect([samples.length, markup.name]).toEqual([18, 'imm58']);
  expect((await samples[0]!.draw!({ channels: 1 })).width).toBe(160);
});

it.each([
  [['nowhere', 'x.bin'], 1, 'nowhere: there is no such file'],
  [['made:imm58', 'x.txt'], 2, 'x.txt: give the model a name that ends in .bin'],
  [['made:imm58,people=1,pictures=2', 'x.bin'], 1, 'has 2 faces; a model needs many, at least 3'],
  [['made:imm58', 'x.bin', '--leave-out', '77'], 1, "validation group '77'"],
])('fit-appearance %j is refused in one line', (args, code, message) => {
  const ended = fiducial(['fit-appearance', ...args], base);
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trim()).not.toContain('\n');
});

const startFile = fileURLToPath(new URL('../../dist/cli/start.js', import.meta.url));
const start = (...args: string[]) =>
  execFileSync(process.execPath, [startFile, ...args], { cwd: base, encoding: 'utf8', stdio: 'pipe' });

it('npm start is the tour: training, evaluation, predictions of the models that come along, and the report, by name', () => {
  // As `npm start` does, but for the number of epochs and people.
  const settings = ['train.epochs=1', 'data.validation={share: 0.5}'].flatMap((change) => ['--set', change]);
  const said = start('tour', 'made:imm58,people=4', ...settings);
  const [run] = readdirSync(join(base, 'runs'));
  expect(run).toBe('tour');
  expect(said).toContain('best, epoch 1');
  expect(said).toContain('view 3 turned to their right');
  expect(said.trim().split('\n').slice(-2)).toEqual(['runs/tour/predictions', 'runs/tour/report.html']);
  for (const line of said.trim().split('\n').slice(-2)) expect(existsSync(join(base, line))).toBe(true);
  for (const model of ['nose', 'face58']) {
    expect(readdirSync(join(base, 'runs/tour/predictions', model)).length).toBe(13);
  }
}, 180_000);

it('npm start with a command is that command', () => {
  expect(start('summary', 'cnn1')).toBe(succeed(['summary', 'cnn1']));
  expect(() => start('no/such/folder')).toThrow('no/such/folder: there is no such file');
});
