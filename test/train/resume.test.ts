import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeMetadata } from '../../src/data/model-metadata.js';
import { randomFor } from '../../src/random.js';
import { readMetadata } from '../../src/tensor/onnx/metadata.js';
import { holdsRun } from '../../src/train/run-folder.js';
import { makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';
import { readEvents } from './read-events.js';

const base = temporaryFolder();
const data = join(base, 'imm');
const recipe = join(base, 'everything.yaml');
const unbroken = join(base, 'unbroken');
const childFile = fileURLToPath(new URL('./training-child.mjs', import.meta.url));

/** All that a resumed training has to take up again: dropout, augmentation, averaging, schedule, patience, stages, spread. */
const settings = `name: everything
data:
  markup: imm58
  validation: { groups: '4' }
input:
  height: 32
  width: 32
  crop: { kind: box, factor: 1.3 }
augment:
  flip: 0.5
  rotation: 15
  scale: 0.1
  shift: 0.05
  brightness: 0.1
  noise: 0.05
  jpeg: { probability: 0.5, quality: 60 }
  occlusion: { probability: 0.3, area: 0.2 }
  cut: { probability: 0.3, shift: 0.4 }
model:
  name: resnet18
  channels: 4
loss: { kind: likelihood }
train:
  epochs: 8
  stages: [{ epochs: 1, height: 16, width: 24 }]
  batch: 4
  optimiser: adamw
  learningRate: 3e-3
  weightDecay: 0.01
  schedule: { kind: cosine, warmupEpochs: 1 }
  clip: 1
  averaging: 0.9
  patience: 8
  seed: 5
`;
/** Of 18 pictures in batches of 4, so that two wait in every epoch. */
const steps = 8 * 4;

beforeAll(async () => {
  await makeImm(data, { people: 4, seed: 2 });
  writeFileSync(recipe, settings);
  expect(await trainFor(unbroken)).toBe(steps);
}, 60_000);

/** Trains until `killAfter` steps were told and a moment more, or to the end. @returns the steps that were made */
async function trainFor(out: string, killAfter = Number.POSITIVE_INFINITY, moment = 0): Promise<number> {
  const child = spawn(process.execPath, [childFile, JSON.stringify({ recipe, data, out, resume: holdsRun(out) })], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = 0;
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.length;
    if (told >= killAfter) setTimeout(() => child.kill('SIGKILL'), moment);
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...end) => resolve(end)),
  );
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the training ended with ${code}: ${said}`);
  return told;
}

const bytes = (folder: string, name: string) => readFileSync(join(folder, name));

/** What is recorded of the epochs, but for the time they took. */
const metrics = (folder: string) =>
  bytes(folder, 'metrics.jsonl')
    .toString()
    .trim()
    .split('\n')
    .map((line) => {
      const { seconds, imagesPerSecond, waitSeconds, ...rest } = JSON.parse(line);
      expect([seconds, imagesPerSecond, waitSeconds].every(Number.isFinite)).toBe(true);
      return rest;
    });

/** The same for TensorBoard: each epoch once. */
const events = (folder: string) => {
  const file = readdirSync(folder).find((name) => name.includes('tfevents'))!;
  return readEvents(join(folder, file)).map(({ step, values }) => [step, values['loss/training']]);
};

describe('a training that is killed', () => {
  it('ten times at random moments, and resumed, ends bit for bit where the unbroken one ends', async () => {
    const broken = join(base, 'broken');
    const random = randomFor(Date.now(), 'kills');
    const kills = Array.from({ length: 10 }, () => 1 + random.below(2));
    const made: number[] = [];
    for (const after of kills) made.push(await trainFor(broken, after, random.uniform(0, 15)));
    expect(existsSync(join(broken, 'evaluation.json')), `steps made: ${made}`).toBe(false);
    made.push(await trainFor(broken));
    // It went on, and did not begin anew each time; what was made after the last checkpoint is made again.
    const sum = made.reduce((a, b) => a + b);
    expect(sum, `steps made: ${made}`).toBeGreaterThanOrEqual(steps);
    expect(sum, `steps made: ${made}`).toBeLessThanOrEqual(steps + kills.length);

    for (const name of ['model.onnx', 'last.onnx', 'evaluation.json', 'predictions.csv', 'checkpoint/checkpoint.bin']) {
      expect(bytes(broken, name).equals(bytes(unbroken, name)), `${name}, steps made: ${made}`).toBe(true);
    }
    expect(metrics(broken)).toEqual(metrics(unbroken));
    expect(events(broken)).toEqual(events(unbroken));
    expect(bytes(broken, 'predictions.csv').toString()).toMatch(/,e0,.*,e57\n/);
    const left = readdirSync(broken, { recursive: true }).filter((name) => String(name).endsWith('.part'));
    expect(left).toEqual([]);
  }, 120_000);

  it('judges and ships at the size of the last stage', () => {
    const lines = metrics(unbroken);
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const { best, last } = JSON.parse(bytes(unbroken, 'evaluation.json').toString());
    expect(best.epoch).toBeGreaterThan(1);
    expect(last.epoch).toBe(8);
    const { input } = decodeMetadata(readMetadata(bytes(unbroken, 'last.onnx'), 'last.onnx'), 'last.onnx');
    expect([input.height, input.width]).toEqual([32, 32]);
  });

  it('before its first checkpoint begins anew', async () => {
    const folder = join(base, 'early');
    await trainFor(folder, 1);
    rmSync(join(folder, 'checkpoint'), { recursive: true, force: true });
    expect(await trainFor(folder)).toBe(steps);
    expect(bytes(folder, 'last.onnx').equals(bytes(unbroken, 'last.onnx'))).toBe(true);
  });
});
