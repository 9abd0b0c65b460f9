/**
 * Trainings of recipes/face58.yaml beside the same in PyTorch (pytorch/face58.py), augmentation, validation and all, turn by turn.
 * PyTorch works in the faster of its memory layouts, with as many workers preparing samples as suit it best: each way takes part.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { readMetrics } from '../src/train/run-folder.js';
import { median } from './contest.js';
import { findPython, pytorchTraining, run } from './contestant.js';

const { data, rounds, epochs } = new Command('bench:face58')
  .requiredOption('--data <folder>', 'the IMM faces')
  .option('--rounds <count>', 'how many rounds', Number, 5)
  .option('--epochs <count>', 'epochs a training has, and PyTorch makes in a round', Number, 16)
  .parse()
  .opts<{ data: string; rounds: number; epochs: number }>();

const found = findPython();
if ('missing' in found) {
  console.error(found.missing);
  process.exit(1);
}
const threads = availableParallelism();
const ways = ['contiguous', 'channels_last'].flatMap((layout) => [0, 1, 2].map((workers) => ({ layout, workers })));
const others = await Promise.all(
  ways.map(async (way) => ({
    name: `PyTorch, ${way.layout}, ${way.workers} workers`,
    ...(await pytorchTraining(found.python, data, way.layout, threads, way.workers)),
  })),
);

/** Images a second of the median epoch; the first one warms up. */
const rate = (seconds: readonly number[]) => others[0]!.samples / median(seconds.slice(1));

async function fiducial(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fiducial-face58-'));
  const settings = ['--data', data, '--out', join(folder, 'run'), '--set', `train.epochs=${epochs}`];
  await run(['dist/cli/main.js', 'train', 'face58', ...settings]);
  const metrics = readMetrics(join(folder, 'run'), epochs);
  rmSync(folder, { recursive: true });
  return rate(metrics.map(({ seconds }) => seconds));
}

const speeds = others.map((): number[] => []);
const own: number[] = [];
for (let round = 0; round < rounds; round++) {
  own.push(await fiducial());
  for (const [i, { train }] of others.entries()) speeds[i]!.push(rate(await train(epochs)));
  const now = [own, ...speeds].map((list) => list.at(-1)!.toFixed(0)).join(' : ');
  process.stderr.write(`round ${round + 1} of ${rounds}: ${now} images/s\n`);
}
const fastest = speeds.reduce((a, b) => (median(b) > median(a) ? b : a));
const ratios = own.map((speed, round) => speed / fastest[round]!);
console.log(`fiducial ${median(own).toFixed(1)} images/s, training and validation`);
for (const [i, { name }] of others.entries()) console.log(`${name}: ${median(speeds[i]!).toFixed(1)}`);
console.log(`ratio to the fastest ${median(ratios).toFixed(2)} (rounds: ${ratios.map((r) => r.toFixed(2)).join(' ')})`);
process.exit(0);
