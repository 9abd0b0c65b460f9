import { move, transferableSymbol, valueSymbol, workerData } from 'piscina';
import { randomFor } from '../../random.js';
import type { Recipe } from '../recipe.js';
import type { LoadedPicture } from './pictures.js';
import { type Face, type Prepared, prepare, prepareAugmented } from './prepare.js';

/** What each worker is given once. */
export interface WorkerData {
  readonly pictures: readonly LoadedPicture[];
  readonly faces: readonly Face[];
  readonly recipe: Pick<Recipe, 'input' | 'data' | 'train' | 'augment'>;
  /** The partner of each point of the data's markup. */
  readonly mirror: readonly number[];
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

/** A sample that is not augmented looks the same every time. */
function prepared(index: number): Prepared {
  const old = known.get(index);
  if (old) return old;
  const fresh = prepare(pictures[index]!, faces[index]!, recipe);
  known.set(index, fresh);
  return fresh;
}

export default async function prepareBatch({ epoch, indices }: Job): Promise<Batch> {
  const { augment, train } = recipe;
  const samples = await Promise.all(
    indices.map((index) => {
      if (!augment) return prepared(index);
      const random = randomFor(train.seed, 'augment', epoch, index);
      return prepareAugmented(pictures[index]!, faces[index]!, { ...recipe, augment, mirror }, random);
    }),
  );
  const batch = { image: join(samples.map(({ image }) => image)), target: join(samples.map(({ target }) => target)) };
  // Handed over, not copied.
  const handed = { [transferableSymbol]: [batch.image.buffer, batch.target.buffer], [valueSymbol]: batch };
  return move(handed as unknown as Parameters<typeof move>[0]) as unknown as Batch;
}

function join(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
