import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeSampleSheet } from '../../../src/cli/sample-sheet.js';
import { readImm } from '../../../src/data/imm.js';
import { splitByGroup } from '../../../src/data/split.js';
import { loadPictures } from '../../../src/train/batches/pictures.js';
import { createBatchPool } from '../../../src/train/batches/stream.js';
import { trainingSample } from '../../../src/train/batches/training-sample.js';
import type { Batch } from '../../../src/train/batches/worker.js';
import { recipeSchema } from '../../../src/train/recipe.js';
import { makeImm } from '../../made-imm.js';
import { temporaryFolder } from '../../temporary.js';

const folder = temporaryFolder();
const recipe = recipeSchema.parse({
  name: 'made',
  data: { markup: 'imm58', validation: { groups: '2' } },
  input: { height: 40, width: 30, crop: { kind: 'picture' } },
  augment: {
    flip: 0.5,
    rotation: 20,
    scale: 0.1,
    brightness: 0.2,
    noise: 0.05,
    jpeg: { probability: 0.5, quality: 40 },
    occlusion: { probability: 0.5, area: 0.1 },
  },
  model: { name: 'cnn1' },
  train: { epochs: 1, batch: 3, learningRate: 1e-3, seed: 5 },
});

describe('a training sample', () => {
  it('is what a worker feeds the network, on the sheet too', async () => {
    await makeImm(folder, { people: 2, seed: 1 });
    const dataset = await readImm(folder);
    const { train } = splitByGroup(dataset, recipe.data.validation);
    const pictures = await loadPictures(train, recipe.input);
    const settings = { recipe, mirror: dataset.markup.mirror };
    const pool = createBatchPool({ ...settings, pictures, faces: train }, 1);
    const check = async (batch: Batch, epoch: number) => {
      for (const [i, index] of [5, 0, 3].entries()) {
        const { image, target } = await trainingSample(pictures[index]!, train[index]!, settings, { epoch, index });
        expect(batch.image.slice(i * image.length, (i + 1) * image.length)).toEqual(image);
        expect(batch.target.slice(i * target.length, (i + 1) * target.length)).toEqual(target);
      }
    };
    const batch = await pool.prepare({ epoch: 4, indices: [5, 0, 3] });
    await check(batch, 4);
    // In the arrays of one that was used, the same.
    await check(await pool.prepare({ epoch: 7, indices: [5, 0, 3] }, batch), 7);
    expect(batch.image.length).toBe(0);
    await pool.close();

    const file = join(folder, 'sheet.png');
    await writeSampleSheet(recipe, dataset, file, 4);
    expect(existsSync(file)).toBe(true);
    expect((await sharp(file).metadata()).width).toBeGreaterThan(900);
  });
});
