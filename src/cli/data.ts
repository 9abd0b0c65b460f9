import { Option } from 'commander';
import { openDataset } from '../data/dataset.js';
import { findMarkup } from '../data/markup-file.js';
import type { Dataset, Sample } from '../data/sample.js';
import { splitByGroup } from '../data/split.js';
import { UsageError } from '../errors.js';
import type { Recipe } from '../train/recipe.js';

/** The data set that `--data` names, or else the recipe. */
export async function openData(
  option: string | undefined,
  recipe: { readonly data: { readonly folder?: string | undefined; readonly markup: string } },
): Promise<{ folder: string; dataset: Dataset }> {
  const folder = option ?? recipe.data.folder;
  if (folder === undefined)
    throw new UsageError('say where the data lie: --data DIR, or --data made:imm58 for made faces');
  return { folder, dataset: await openDataset(folder, { markup: await findMarkup(recipe.data.markup) }) };
}

/** A side of a recipe's split, or all faces. */
export type Side = 'validation' | 'train' | 'all';

export const sideOption = (side: Side = 'validation'): Option =>
  new Option('--split <part>', "which faces: the recipe's validation or training side, or all")
    .choices(['validation', 'train', 'all'] satisfies Side[])
    .default(side);

export function chooseSide(dataset: Dataset, recipe: Recipe, side: Side): readonly Sample[] {
  if (side === 'all') return dataset.samples;
  const samples = splitByGroup(dataset, recipe.data.validation)[side];
  if (samples.length === 0) throw new UsageError(`the ${side} side has no faces; give --split all`);
  return samples;
}
