import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/crc32c.js';
import { InputError } from '../../src/errors.js';
import type { EpochMetrics } from '../../src/train/run.js';
import { eventRecords, eventWriter } from '../../src/train/tensorboard.js';
import { temporaryFolder } from '../temporary.js';
import { readEvents } from './read-events.js';

const base = temporaryFolder();

const epochs = [1, 2, 3, 4].map((epoch): EpochMetrics => {
  const validationPixels = { mean: 20 / epoch, median: 15 / epoch };
  const times = { seconds: 2.5, imagesPerSecond: 77, waitSeconds: 0 };
  return {
    epoch,
    trainLoss: 1 / epoch,
    validationLoss: 2 / epoch,
    validationPixels,
    learningRate: 3e-3,
    best: true,
    ...times,
  };
});

const fileIn = (folder: string) => {
  const names = readdirSync(folder).filter((name) => name.startsWith('events'));
  expect(names).toHaveLength(1);
  return join(folder, names[0]!);
};

const folderOf = (name: string) => {
  const folder = join(base, name);
  mkdirSync(folder);
  return folder;
};

describe('the checksum', () => {
  it('is that of RFC 3720, B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });
});

describe('the events of a run', () => {
  it('are what a reader of the format finds again, epoch by epoch', () => {
    const folder = folderOf('whole');
    const write = eventWriter(folder);
    for (let n = 1; n <= epochs.length; n++) write(epochs.slice(0, n));
    const file = fileIn(folder);
    const [head, ...events] = readEvents(file);
    expect(head!.version).toBe('brain.Event:2');
    const start = Number(/tfevents\.(\d+)\./.exec(file)![1]);
    expect(Math.abs(start - Date.now() / 1000)).toBeLessThan(60);
    expect(events.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(events.map(({ time }) => time - start)).toEqual([2.5, 5, 7.5, 10]);
    expect(events.map(({ values }) => values['loss/validation'])).toEqual([2, 1, Math.fround(2 / 3), 0.5]);
    expect(Object.keys(events[0]!.values)).toEqual([
      'loss/training',
      'loss/validation',
      'validation error in pixels/mean',
      'validation error in pixels/median',
      'training/learning rate',
      'training/images per second',
    ]);
    expect(events[3]!.values).toMatchObject({
      'validation error in pixels/mean': 5,
      'validation error in pixels/median': 3.75,
      'training/learning rate': Math.fround(3e-3),
      'training/images per second': 77,
    });
  });

  it('of a run that was killed while they were written, and resumed, stand there once', () => {
    const folder = folderOf('killed');
    const killed = eventWriter(folder);
    for (let n = 1; n <= 3; n++) killed(epochs.slice(0, n));
    const file = fileIn(folder);
    truncateSync(file, readFileSync(file).length - 7);
    expect(() => readEvents(file)).toThrow();
    // The checkpoint has two epochs, so the third is made again.
    const resumed = eventWriter(folder);
    resumed(epochs.slice(0, 3));
    resumed(epochs);
    expect(readFileSync(fileIn(folder))).toEqual(Buffer.concat(eventRecords(epochs, startOf(file))));
  });

  it('of a run that older versions began have its epochs behind them', () => {
    const folder = folderOf('older');
    eventWriter(folder)(epochs);
    const now = Math.floor(Date.now() / 1000);
    expect(now - startOf(fileIn(folder))).toBeGreaterThanOrEqual(9);
  });

  it('that cannot be written are told in one line', () => {
    const file = join(base, 'a-file');
    writeFileSync(file, '');
    expect(() => eventWriter(join(file, 'run'))(epochs)).toThrow(InputError);
  });
});

const startOf = (file: string) => Number(/tfevents\.(\d+)\./.exec(file)![1]);
