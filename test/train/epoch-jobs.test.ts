import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchPool, epochJobs, epochOrder, streamBatches } from '../../src/train/batches/stream.js';
import type { Batch, Job } from '../../src/train/batches/worker.js';

describe('epochJobs', () => {
  it('goes through every sample once, but for those that fill no batch', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 20 }), (seed, count, batch) => {
        const jobs = epochJobs(seed, 1, count, batch);
        expect(jobs.length).toBe(Math.floor(count / batch));
        const indices = jobs.flatMap((job) => job.indices);
        for (const job of jobs) expect(job.indices.length).toBe(batch);
        expect(new Set(indices).size).toBe(indices.length);
        for (const index of indices) expect(index).toBeLessThan(count);
        if (count % batch === 0) expect([...indices].sort((a, b) => a - b)).toEqual(Array.from(indices.keys()));
      }),
    );
  });

  it('depends on seed and epoch alone', () => {
    const order = epochOrder(3, 7, 50);
    epochOrder(3, 8, 50);
    expect(epochOrder(3, 7, 50)).toEqual(order);
    expect(epochOrder(3, 8, 50)).not.toEqual(order);
    expect(epochOrder(4, 7, 50)).not.toEqual(order);
    expect(epochJobs(3, 7, 50, 10).flatMap(({ indices }) => indices)).toEqual(order);
    expect(epochJobs(3, 7, 50, 10).every(({ epoch }) => epoch === 7)).toBe(true);
  });

  it('leaves out another sample each epoch', () => {
    const left = Array.from({ length: 30 }, (_, i) => epochOrder(1, i + 1, 9).at(-1));
    expect(new Set(left).size).toBeGreaterThan(5);
  });
});

describe('streamBatches', () => {
  const jobs = Array.from({ length: 20 }, (_, i): Job => ({ epoch: 1, indices: [i] }));
  const batchOf = ({ indices }: Job): Batch => ({ image: Float32Array.from(indices), target: new Float32Array(0) });

  it('keeps the order, whichever batch is ready first', async () => {
    const pool: BatchPool = {
      prepare: async (job) => {
        await new Promise((resolve) => setTimeout(resolve, (job.indices[0]! * 7) % 5));
        return batchOf(job);
      },
      close: async () => {},
    };
    const seen: number[] = [];
    for await (const { image } of streamBatches(pool, jobs)) seen.push(image[0]!);
    expect(seen).toEqual(Array.from(jobs.keys()));
  });

  it('hands back each batch once the next one is asked for, and no sooner', async () => {
    const [inUse, handedBack]: Batch[][] = [[], []];
    const pool: BatchPool = {
      prepare: async (job, spent) => {
        if (spent) {
          expect(inUse).not.toContain(spent);
          handedBack!.push(spent);
        }
        return batchOf(job);
      },
      close: async () => {},
    };
    const seen: Batch[] = [];
    for await (const batch of streamBatches(pool, jobs)) {
      inUse!.splice(0, 1, batch);
      await new Promise(setImmediate);
      seen.push(batch);
      inUse!.pop();
    }
    expect(handedBack!.length).toBeGreaterThan(10);
    expect(handedBack).toEqual(seen.slice(0, handedBack!.length));
  });

  it('throws a failure when its turn comes, not before', async () => {
    const pool: BatchPool = {
      prepare: async (job) => {
        if (job.indices[0] === 4) throw new RangeError('the fourth');
        return batchOf(job);
      },
      close: async () => {},
    };
    const seen: number[] = [];
    const all = async () => {
      for await (const { image } of streamBatches(pool, jobs)) seen.push(image[0]!);
    };
    await expect(all()).rejects.toThrow('the fourth');
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});
