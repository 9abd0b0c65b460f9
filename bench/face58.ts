/**
 * Trainings of recipes/face58.yaml beside the same in PyTorch (pytorch/face58.py), augmentation, validation and all, turn by turn.
 * PyTorch works in both memory layouts, with no, one and two workers that prepare samples, with both allocators; each way runs
 * once, and the fastest with each allocator is an opponent in the rounds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { median } from '../src/metrics/quantile.js';
import { readMetrics } from '../src/train/run-folder.js';
import { allocators, findPython, layouts, pytorchTraining, run } from './contestant.js';

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
/** Images a second of the median epoch; the first one warms up. */
const rate = (samples: number, seconds: readonly number[]) => samples / median(seconds.slice(1));

async function fiducial(samples: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fiducial-face58-'));
  const settings = ['--data', data, '--out', join(folder, 'run'), '--set', `train.epochs=${epochs}`];
  await run(['dist/cli/main.js', 'train', 'face58', ...settings]);
  const metrics = readMetrics(join(folder, 'run'), epochs);
  rmSync(folder, { recursive: true });
  return rate(
    samples,
    metrics.map(({ seconds }) => seconds),
  );
}

const opponents = [];
for (const allocator of allocators) {
  const tried = [];
  for (const layout of layouts) {
    for (const workers of [0, 1, 2]) {
      const name = `PyTorch, ${allocator}, ${layout}, ${workers} workers`;
      const training = await pytorchTraining(found.python, data, { layout, allocator }, threads, workers);
      const speed = rate(training.samples, await training.train(epochs));
      process.stderr.write(`${name}: ${speed.toFixed(0)} images/s\n`);
      tried.push({ name, training, speed });
    }
  }
  tried.sort((a, b) => b.speed - a.speed);
  for (const { training } of tried.slice(1)) await training.end();
  opponents.push({ ...tried[0]!, speeds: [] as number[] });
}
const { samples } = opponents[0]!.training;
const own: number[] = [];
for (let round = 0; round < rounds; round++) {
  own.push(await fiducial(samples));
  for (const { training, speeds } of opponents) speeds.push(rate(samples, await training.train(epochs)));
  const now = [own, ...opponents.map(({ speeds }) => speeds)].map((list) => list.at(-1)!.toFixed(0)).join(' : ');
  process.stderr.write(`round ${round + 1} of ${rounds}: ${now} images/s\n`);
}
console.log(`fiducial: ${median(own).toFixed(1)} images/s, training and validation`);
for (const { name, speeds, training } of opponents) {
  const ratios = own.map((speed, round) => speed / speeds[round]!);
  console.log(`${name}: ${median(speeds).toFixed(1)} images/s`);
  console.log(`  ratio ${median(ratios).toFixed(2)} (rounds: ${ratios.map((r) => r.toFixed(2)).join(' ')})`);
  await training.end();
}
