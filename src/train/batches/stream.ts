import { availableParallelism } from 'node:os';
import { randomFor } from '../../random.js';
import { createWorkerPool } from '../worker-pool.js';
import type { Batch, Job, Order, WorkerData } from './worker.js';

/** How many batches are prepared ahead of need. */
const ahead = 6;

/** Batches from worker threads. */
export interface BatchPool {
  /** @param spent a batch whose arrays may be filled anew; they are gone from here */
  prepare(job: Job, spent?: Batch): Promise<Batch>;
  close(): Promise<void>;
}

export function createBatchPool(data: WorkerData, workers = Math.max(1, availableParallelism() - 1)): BatchPool {
  const pool = createWorkerPool('./worker', import.meta.url, data, workers);
  const prepare = (job: Job, spent?: Batch) => {
    const transferList = spent ? [spent.image.buffer as ArrayBuffer, spent.target.buffer as ArrayBuffer] : [];
    return pool.run({ job, spent } satisfies Order, { transferList }) as Promise<Batch>;
  };
  return { prepare, close: () => pool.destroy() };
}

/** The order in which epoch `epoch` goes through `count` samples. */
export function epochOrder(seed: number, epoch: number, count: number): number[] {
  return randomFor(seed, 'order', epoch).shuffle(Array.from({ length: count }, (_, i) => i));
}

/** The samples of each batch of an epoch; samples that do not fill a batch wait for another epoch's order. */
export function epochJobs(seed: number, epoch: number, count: number, batch: number): Job[] {
  const order = epochOrder(seed, epoch, count);
  return Array.from({ length: Math.floor(count / batch) }, (_, i) => ({
    epoch,
    indices: order.slice(i * batch, (i + 1) * batch),
  }));
}

/**
 * Prepares the jobs' batches in order, some ahead of the one that is being used; the first ones at once. A batch is good until
 * the next one is asked for.
 */
export function streamBatches(pool: BatchPool, jobs: Iterable<Job>): AsyncGenerator<Batch, void, undefined> {
  const source = jobs[Symbol.iterator]();
  const waiting: Promise<Batch>[] = [];
  const ask = (spent?: Batch) => {
    const next = source.next();
    if (next.done) return;
    const batch = pool.prepare(next.value, spent);
    // Its failure is thrown when its turn comes; until then it must not count as unhandled.
    batch.catch(() => {});
    waiting.push(batch);
  };
  for (let i = 0; i < ahead; i++) ask();
  async function* inOrder() {
    let spent: Batch | undefined;
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      ask(spent);
      spent = await batch;
      yield spent;
    }
  }
  return inOrder();
}
