/**
 * How well do made faces teach? Trains on real and on made faces, tests all on the people 33-40 of the IMM face database,
 * and prints the table of docs/made-faces.md:
 *   npm run made-faces -- path/to/imm_face_db
 * Runs are kept in runs/made-faces; those that are there already are not trained again, those that were stopped go on.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../src/errors.js';
import { median } from '../src/metrics/quantile.js';
import type { Score } from '../src/metrics/score.js';
import { runFiles } from '../src/train/run-folder.js';

const [imm] = process.argv.slice(2);
if (!imm) throw new UsageError('say where the IMM face database lies: npm run made-faces -- path/to/imm_face_db');
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** Of 328 made people 8 are held out as of 40: ten times as many pictures as the real ones to learn from. */
const few = 'made:imm58';
const many = 'made:imm58,people=328';

interface Trial {
  readonly recipe: string;
  readonly data: string;
  readonly epochs: number;
  readonly pictures: number;
  readonly seeds: readonly number[];
}

const trial = (recipe: string, data: string, epochs: number, seeds: readonly number[]): Trial => {
  return { recipe, data, epochs, seeds, pictures: data === many ? 1920 : 192 };
};
// A fifth of what the recipe face58 takes, which is enough to compare.
const trials = [
  trial('nose', imm, 30, [0, 1, 2]),
  trial('nose', few, 30, [0, 1, 2]),
  trial('nose', many, 3, [0]),
  trial('face58', imm, 40, [0]),
  trial('face58', few, 40, [0]),
  trial('face58', many, 4, [0]),
];

function fiducial(...args: string[]): string {
  const { status, stdout } = spawnSync(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

function run({ recipe, data, epochs }: Trial, seed: number): string {
  const source = data === imm ? 'real' : data.replaceAll(/\W/g, '-');
  const out = join('runs/made-faces', `${recipe}-${source}-${epochs}-${seed}`);
  if (existsSync(runFiles(out).evaluation)) return out;
  const resume = existsSync(runFiles(out).info) ? ['--resume'] : [];
  const set = [`train.epochs=${epochs}`, `train.seed=${seed}`].flatMap((change) => ['--set', change]);
  process.stderr.write(`${out}\n`);
  fiducial(
    'train',
    recipe,
    '--data',
    data,
    '--out',
    out,
    '--threads',
    '1',
    '--no-report',
    '--progress',
    ...set,
    ...resume,
  );
  return out;
}

const score = (model: string, data: string) =>
  JSON.parse(fiducial('evaluate', model, '--data', data, '--json')) as Score;
const shown = (scores: readonly Score[]) =>
  (['mean', 'median'] as const).map((key) => median(scores.map(({ pixels }) => pixels[key])).toFixed(1)).join(' / ');

const lines = trials.map((each) => {
  const outs = each.seeds.map((seed) => run(each, seed));
  const best = outs.map((out) => score(runFiles(out).model, imm));
  const last = outs.map((out) => score(runFiles(out).last, imm));
  const own = outs.map((out) => JSON.parse(readFileSync(runFiles(out).evaluation, 'utf8')).last as Score);
  const source = each.data === imm ? 'real' : `\`${each.data}\``;
  return `| \`${each.recipe}\` | ${source} | ${each.pictures} × ${each.epochs} | ${each.seeds.length} | ${shown(last)} | ${shown(best)} | ${each.data === imm ? '' : shown(own)} |`;
});
process.stdout.write(
  `| recipe | taught by | pictures × epochs | seeds | real faces, last epoch | real faces, best epoch | made faces, last epoch |\n| --- | --- | --- | --- | --- | --- | --- |\n${lines.join('\n')}\n`,
);
