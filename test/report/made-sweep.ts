import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MadeRun, makeRun } from './made-run.js';

/** Writes what a sweep could have written: `sweep.json` and a run folder for each value and seed. */
export async function makeSweep(
  folder: string,
  learningRates: readonly number[],
  seeds: readonly number[],
  made: MadeRun = {},
): Promise<string> {
  const runs = learningRates.flatMap((learningRate) =>
    seeds.map((seed) => ({
      folder: `learningRate=${learningRate}-seed=${seed}`,
      settings: { 'train.learningRate': learningRate },
      seed,
    })),
  );
  for (const { folder: name, settings, seed } of runs) {
    await makeRun(join(folder, name), { points: [52], ...made, seed, learningRate: settings['train.learningRate'] });
  }
  const sweep = { recipe: 'nose', over: { 'train.learningRate': learningRates }, runs };
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify(sweep));
  return folder;
}
