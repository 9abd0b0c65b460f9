import { chooseMarkup } from '../data/choose-points.js';
import type { Dataset } from '../data/sample.js';
import { splitByGroup } from '../data/split.js';
import { writeWhole } from '../files.js';
import { fromUnit } from '../image/crop.js';
import { shownPlanes } from '../image/input.js';
import { toPng } from '../report/figure.js';
import { sampleSheet } from '../report/sheet.js';
import { loadPictures } from '../train/batches/pictures.js';
import { epochOrder } from '../train/batches/stream.js';
import { trainingSample } from '../train/batches/training-sample.js';
import type { Recipe } from '../train/recipe.js';

/** Draws the first samples of the first epoch as the network is fed them, with their points, and writes the PNG. */
export async function writeSampleSheet(recipe: Recipe, dataset: Dataset, file: string, count = 15): Promise<void> {
  const { train, validation } = splitByGroup(dataset, recipe.data.validation);
  const shown = epochOrder(recipe.train.seed, 1, train.length).slice(0, count);
  // All faces of the pictures, for how far a picture is reduced depends on each.
  const files = new Set(shown.map((index) => train[index]!.picture));
  const needed = [...train, ...validation].filter(({ picture }) => files.has(picture));
  const loaded = await loadPictures(needed, recipe.input);
  const pictures = new Map(needed.map(({ picture }, i) => [picture, loaded[i]!]));
  const { contours } = chooseMarkup(dataset.markup, recipe.data.points);
  const settings = { recipe, mirror: dataset.markup.mirror };
  const cells = shown.map(async (index) => {
    const sample = train[index]!;
    const { image, target } = await trainingSample(pictures.get(sample.picture)!, sample, settings, {
      epoch: 1,
      index,
    });
    return {
      ...recipe.input,
      planes: shownPlanes(image, recipe.input).map((value) => value / 255),
      points: fromUnit(target, recipe.input),
      contours,
      caption: sample.id,
    };
  });
  writeWhole(file, toPng(await sampleSheet(await Promise.all(cells)), 1));
}
