import { openDataset } from '../data/dataset.js';
import { findMarkup } from '../data/markup-file.js';
import type { Dataset } from '../data/sample.js';
import { UsageError } from '../errors.js';

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
