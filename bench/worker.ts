/**
 * Does work on request: a line in says how many steps to make, a line of JSON out tells how long they took together.
 * Arguments: network batch threads train|predict parts. The counterpart of pytorch/worker.py.
 */
import { createInterface } from 'node:readline';
import { trainer, type Work } from './trainer.js';

const [name, batch, threads, kind, parts] = process.argv.slice(2) as [string, string, string, string, string];
const options = { intraOpNumThreads: Number(threads) };
const prepare = async (): Promise<Work> => {
  if (kind === 'train') return trainer(name, Number(batch), options, Number(parts));
  return (await import('./predictor.js')).predictor(name, Number(batch), options);
};
const { parameters, step } = await prepare();
const tell = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
tell({ engine: 'fiducial', parameters });
for await (const line of createInterface({ input: process.stdin })) {
  const begin = performance.now();
  for (let i = 0; i < Number(line); i++) await step();
  tell({ seconds: (performance.now() - begin) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 });
}
process.exit(0);
