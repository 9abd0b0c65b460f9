import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as runtime from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { readImm } from '../../src/data/imm.js';
import type { Dataset } from '../../src/data/sample.js';
import { InputError } from '../../src/errors.js';
import type { Weights } from '../../src/tensor/weights.js';
import { readCheckpoint } from '../../src/train/checkpoint.js';
import { readRecipe } from '../../src/train/read-recipe.js';
import { runFiles } from '../../src/train/run-folder.js';
import { train } from '../../src/train/train.js';
import { readSource, type Transfer } from '../../src/train/transfer.js';
import { makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';

const base = temporaryFolder();
const source = join(base, 'source');
let dataset: Dataset;

/** Small networks on small pictures. */
const small = `name: small
data: { markup: imm58, validation: { groups: '2' } }
input: { height: 32, width: 32, crop: { kind: picture } }
model: { name: resnet18, channels: 4 }
train: { epochs: 1, batch: 4, learningRate: 0.01, averaging: 0.5 }
`;
/** The weights stay as they begin. */
const still = ['train.optimiser=sgd', 'train.learningRate=1e-30'];

async function trained(out: string, changes: readonly string[]): Promise<Transfer | undefined> {
  const recipe = join(base, 'small.yaml');
  writeFileSync(recipe, small);
  let transfer: Transfer | undefined;
  await train({
    recipe: readRecipe(recipe, changes),
    dataset,
    dataFolder: base,
    out,
    resume: false,
    runtime,
    sessionOptions: { intraOpNumThreads: 1 },
    versions: { fiducial: '0', onnxruntime: '0', node: '0' },
    listener: {
      onTransfer: (told) => {
        transfer = told;
      },
    },
  });
  return transfer;
}

const tensors = ([parameters]: readonly Weights[]) =>
  Object.fromEntries([...parameters!.tensors].map(([name, { data }]) => [name, Array.from(data)]));

beforeAll(async () => {
  await makeImm(join(base, 'imm'), { people: 2, seed: 1 });
  dataset = await readImm(join(base, 'imm'));
  expect(await trained(source, [])).toBeUndefined();
});

describe("training that begins with another run's weights", () => {
  it('takes what that run ships, its moving average', async () => {
    const out = join(base, 'same');
    const transfer = await trained(out, [...still, `train.from=${source}`]);
    expect(transfer!.fresh).toEqual([]);
    expect(tensors(readSource(out).weights)).toEqual(tensors(readSource(source).weights));

    const parameters = readSource(source).weights[0]!.all;
    const sizes = readSource(source).weights.map(({ all }) => all.length) as [number, number];
    const arrays = Object.fromEntries(
      ['parameters', 'buffers', 'optimiser mean', 'optimiser square', 'average parameters', 'average buffers'].map(
        (name) => [name, new Float32Array(name.includes('buffers') ? sizes[1] : sizes[0])],
      ),
    );
    readCheckpoint(runFiles(source).checkpoint, arrays);
    expect(parameters).toEqual(arrays['average parameters']);
    expect(parameters).not.toEqual(arrays.parameters);
  });

  it('takes all but the last layer for other points, and larger pictures', async () => {
    const out = join(base, 'other-points');
    const changes = ['data.points=[13, 21]', 'input.height=48', `train.from=${source}`];
    const transfer = await trained(out, [...still, ...changes]);
    expect(transfer!.fresh).toEqual(['fc.weight', 'fc.bias']);
    const [there, here] = [source, out].map((folder) => tensors(readSource(folder).weights));
    for (const [name, data] of Object.entries(here!)) {
      if (!name.startsWith('fc.')) expect(data, name).toEqual(there![name]);
    }
    expect(here!['fc.bias']).toHaveLength(4);
  });

  it('refuses a run of another network, a folder without a run and one without a checkpoint, and leaves no folder behind', async () => {
    const out = join(base, 'refused');
    const begin = (from: string, ...changes: string[]) => trained(out, [`train.from=${from}`, ...changes]);
    await expect(
      begin(source, 'model.name=cnn1', 'model.channels=3', 'input.height=80', 'input.width=60'),
    ).rejects.toThrow(new InputError(`${source}: is a run of another network; nothing of it fits this one`));
    await expect(begin(join(base, 'nothing'))).rejects.toThrow(/recipe\.json: .*is .*nothing a run folder/);
    const bare = join(base, 'bare');
    mkdirSync(bare);
    copyFileSync(runFiles(source).info, runFiles(bare).info);
    await expect(begin(bare)).rejects.toThrow(/checkpoint\.bin: is not there; .*\(train\.from\) takes its checkpoint/);
    expect(() => readSource(out)).toThrow(InputError);
  });
});
