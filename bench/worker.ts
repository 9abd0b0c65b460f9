/**
 * Does work on request: a line in says how many steps to make, a line of JSON out tells how long they took together.
 * Arguments: network batch threads train|predict. The counterpart of pytorch/worker.py.
 */
import { createInterface } from 'node:readline';
import { trainer } from './trainer.js';

const [name, batch, threads, kind] = process.argv.slice(2) as [string, string, string, string];
const prepare = kind === 'predict' ? (await import('./predictor.js')).predictor : trainer;
const { parameters, step } = await prepare(name, Number(batch), { intraOpNumThreads: Number(threads) });
const tell = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
tell({ engine: 'fiducial', parameters });
for await (const line of createInterface({ input: process.stdin })) {
  const begin = performance.now();
  for (let i = 0; i < Number(line); i++) await step();
  tell({ seconds: (performance.now() - begin) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 });
}
process.exit(0);
