import { move, transferableSymbol, valueSymbol, workerData } from 'piscina';
import type { LoadedPicture } from './pictures.js';
import type { Face, Prepared } from './prepare.js';
import { type TrainingSettings, trainingSample } from './training-sample.js';

/** What each worker is given once. */
export interface WorkerData extends TrainingSettings {
  readonly pictures: readonly LoadedPicture[];
  readonly faces: readonly Face[];
}

/** One batch to prepare. */
export interface Job {
  /** Counted from 1; what augmentation draws depends on it. */
  readonly epoch: number;
  /** Indices of the samples. */
  readonly indices: readonly number[];
}

export interface Batch {
  /** [n, channels, height, width] */
  readonly image: Float32Array;
  /** [n, 2·points] */
  readonly target: Float32Array;
}

const { pictures, faces, recipe, mirror } = workerData as WorkerData;
const known = new Map<number, Prepared>();

async function prepared(epoch: number, index: number): Promise<Prepared> {
  const old = known.get(index);
  if (old) return old;
  const fresh = await trainingSample(pictures[index]!, faces[index]!, { recipe, mirror }, { epoch, index });
  // A sample that is not augmented looks the same every time.
  if (!recipe.augment) known.set(index, fresh);
  return fresh;
}

/** What a worker is sent: a batch to prepare, in the arrays of one that was used where they are of its size. */
export interface Order {
  readonly job: Job;
  readonly spent?: Batch | undefined;
}

export default async function prepareBatch({ job: { epoch, indices }, spent }: Order): Promise<Batch> {
  const samples = await Promise.all(indices.map((index) => prepared(epoch, index)));
  const images = samples.map(({ image }) => image);
  const targets = samples.map(({ target }) => target);
  const batch = { image: join(images, spent?.image), target: join(targets, spent?.target) };
  // Handed over, not copied.
  const handed = { [transferableSymbol]: [batch.image.buffer, batch.target.buffer], [valueSymbol]: batch };
  return move(handed as unknown as Parameters<typeof move>[0]) as unknown as Batch;
}

function join(parts: readonly Float32Array[], spent?: Float32Array): Float32Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = spent?.length === length ? spent : new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
