/**
 * Training steps of this checkout beside those of another one, such as a worktree of an earlier commit, turn by turn in one
 * process: what a change brings, whatever the machine does meanwhile.
 */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { median } from '../src/metrics/quantile.js';
import { modelNamed } from '../src/models/index.js';
import type { trainer as Trainer } from './trainer.js';

const { other, net, batch, rounds, threads } = new Command('bench:compare')
  .requiredOption('--other <folder>', 'the other checkout, with its node_modules')
  .option('--net <network>', 'a built-in network', 'cnn1')
  .option('--batch <size>', 'batch size', Number, 16)
  .option('--rounds <count>', 'how many rounds of three steps each', Number, 40)
  .option('--threads <count>', 'threads', Number, availableParallelism())
  .parse()
  .opts<{ other: string; net: string; batch: number; rounds: number; threads: number }>();
modelNamed(net);

const folders = [resolve(other), resolve(import.meta.dirname, '..')];
const works = [];
for (const folder of folders) {
  const { trainer } = (await import(pathToFileURL(join(folder, 'bench/trainer.ts')).href)) as {
    trainer: typeof Trainer;
  };
  works.push({ times: [] as number[], ...(await trainer(net, batch, { intraOpNumThreads: threads })) });
}
for (let round = -2; round < rounds; round++) {
  for (const { step, times } of works) {
    // The first step fills the caches anew.
    await step();
    for (let i = 0; i < 3; i++) {
      const began = performance.now();
      await step();
      if (round >= 0) times.push(performance.now() - began);
    }
  }
}
console.log(`${net}, batch ${batch}, ${threads} threads, ms a step: median, least`);
for (const [i, { times }] of works.entries()) {
  console.log(`${median(times).toFixed(2)}  ${Math.min(...times).toFixed(2)}  ${folders[i]}`);
}
process.exit(0);
