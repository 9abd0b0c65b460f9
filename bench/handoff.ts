import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { median } from '../src/metrics/quantile.js';

const bursts = 9;
const turns = 4000;

/** Waits for its turn, an odd number, and passes on the next. Plain JavaScript: a worker knows no TypeScript. */
const partner = `
  const { workerData: { shared, count } } = require('node:worker_threads');
  const turn = new Int32Array(shared);
  for (let i = 0; i < count; i++) {
    while (Atomics.load(turn, 0) !== 2 * i + 1);
    Atomics.store(turn, 0, 2 * i + 2);
  }
`;

/**
 * How long it takes until one thread sees what another has written, in nanoseconds, median of some bursts. Two CPUs that
 * share a cache take some fifty, those that do not several times as long: a virtual machine may have either pair, and change
 * from one to the other while it runs. Undefined on one CPU.
 */
export async function handoff(): Promise<number | undefined> {
  if (availableParallelism() < 2) return undefined;
  const shared = new SharedArrayBuffer(4);
  const turn = new Int32Array(shared);
  const worker = new Worker(partner, { eval: true, workerData: { shared, count: bursts * turns } });
  await new Promise((resolve) => worker.once('online', resolve));
  const taken: number[] = [];
  for (let burst = 0; burst < bursts; burst++) {
    const start = performance.now();
    for (let i = burst * turns; i < (burst + 1) * turns; i++) {
      Atomics.store(turn, 0, 2 * i + 1);
      while (Atomics.load(turn, 0) !== 2 * i + 2);
    }
    taken.push(((performance.now() - start) * 1e6) / (2 * turns));
  }
  await worker.terminate();
  return median(taken);
}
