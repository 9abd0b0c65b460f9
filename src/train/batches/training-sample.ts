import { randomFor } from '../../random.js';
import type { Recipe } from '../recipe.js';
import type { LoadedPicture } from './pictures.js';
import { type Face, type Prepared, prepare, prepareAugmented } from './prepare.js';

/** What preparing training samples asks of a recipe and its data. */
export interface TrainingSettings {
  readonly recipe: Pick<Recipe, 'input' | 'data' | 'train' | 'augment'>;
  /** The partner of each point of the data's markup. */
  readonly mirror: readonly number[];
}

/**
 * What the network is fed for a training sample in an epoch. What augmentation draws depends on seed, epoch and sample
 * alone, so that it is the same in any worker, in a resumed run and on a sheet of samples.
 * @param epoch counted from 1
 * @param index the sample's place among the training samples
 */
export async function trainingSample(
  picture: LoadedPicture,
  face: Face,
  { recipe, mirror }: TrainingSettings,
  { epoch, index }: { readonly epoch: number; readonly index: number },
): Promise<Prepared> {
  const { augment, train } = recipe;
  if (!augment) return prepare(picture, face, recipe);
  return prepareAugmented(
    picture,
    face,
    { ...recipe, augment, mirror },
    randomFor(train.seed, 'augment', epoch, index),
  );
}
