import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as runtime from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { readImm } from '../../src/data/imm.js';
import type { Dataset } from '../../src/data/sample.js';
import { InputError, UsageError } from '../../src/errors.js';
import { readRecipe } from '../../src/train/read-recipe.js';
import type { EpochMetrics } from '../../src/train/run.js';
import { readMetrics, runFiles, writeJson, writeMetrics } from '../../src/train/run-folder.js';
import { type TrainOptions, train } from '../../src/train/train.js';
import { makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';

const base = temporaryFolder();
let dataset: Dataset;

beforeAll(async () => {
  await makeImm(join(base, 'imm'), { people: 2, seed: 1 });
  dataset = await readImm(join(base, 'imm'));
});

const lines = [1, 2, 3].map((epoch): EpochMetrics => {
  const pixels = { mean: 5, median: 4 };
  const times = { seconds: 1, imagesPerSecond: 10, waitSeconds: 0 };
  return { epoch, trainLoss: 1, validationLoss: 2, validationPixels: pixels, learningRate: 0.1, best: true, ...times };
});

describe('readMetrics', () => {
  it('gives the epochs that the checkpoint has; later ones are done again', () => {
    writeMetrics(base, lines);
    expect(readMetrics(base, 3)).toEqual(lines);
    expect(readMetrics(base, 2)).toEqual(lines.slice(0, 2));
    expect(readMetrics(base, 0)).toEqual([]);
  });

  it('refuses a file that is cut short, damaged, out of order or missing, in one line that names it', () => {
    const whole = lines.map((line) => JSON.stringify(line));
    for (const text of [
      '',
      whole.slice(0, 2).join('\n'),
      whole.join('\n').slice(0, -9),
      [whole[0], whole[2], whole[1]].join('\n'),
      [whole[0], 'null', whole[2]].join('\n'),
    ]) {
      writeFileSync(runFiles(base).metrics, text);
      expect(() => readMetrics(base, 3)).toThrow(InputError);
      expect(() => readMetrics(base, 3)).toThrow(/metrics\.jsonl: does not hold the 3 epochs/);
    }
    expect(() => readMetrics(join(base, 'none'), 1)).toThrow(/does not hold the 1 epochs/);
  });
});

describe('train refuses before anything is written or trained', () => {
  const recipe = readRecipe('nose', ['data.validation={ groups: "2" }', 'train.batch=2']);
  const start = (change: Partial<TrainOptions>) =>
    train({
      recipe,
      dataset,
      dataFolder: base,
      out: join(base, 'never'),
      resume: false,
      runtime,
      sessionOptions: {},
      versions: { fiducial: '0', onnxruntime: '0', node: '0' },
      ...change,
    });

  it('data of another markup, and points that it does not have', async () => {
    const cats = { ...recipe, data: { ...recipe.data, markup: 'cat9' } };
    await expect(start({ recipe: cats })).rejects.toThrow(/points of cat9, but IMM has those of imm58/);
    const point = { ...recipe, data: { ...recipe.data, points: [58] } };
    await expect(start({ recipe: point })).rejects.toThrow(/no point 58 in imm58, whose last is 57/);
  });

  it('to go on where there is no run, or one that cannot be read', async () => {
    await expect(start({ resume: true })).rejects.toThrow(/never: holds no run to go on with; start without --resume/);
    const out = join(base, 'broken');
    mkdirSync(out);
    for (const text of [
      '',
      '{"name": "no',
      'null',
      '[]',
      '{}',
      '{"recipe": 3, "data": { "folder": "", "fingerprint": "" }}',
    ]) {
      writeFileSync(runFiles(out).info, text);
      const refused = start({ resume: true, out });
      await expect(refused, text).rejects.toThrow(InputError);
      await expect(refused, text).rejects.toThrow(/^[^\n]*recipe\.json[^\n]*$/);
    }
  });

  it('a folder that holds a run, and a file in the place of one', async () => {
    const out = join(base, 'taken');
    writeJson(runFiles(out).info, {});
    await expect(start({ out })).rejects.toThrow(UsageError);
    const file = join(base, 'file');
    writeFileSync(file, '');
    await expect(start({ out: file })).rejects.toThrow(/^cannot write [^\n]*recipe\.json: [^\n]*$/);
  });
});
