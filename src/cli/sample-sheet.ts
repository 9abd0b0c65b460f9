import { chooseMarkup } from '../data/choose-points.js';
import type { Dataset } from '../data/sample.js';
import { splitByGroup } from '../data/split.js';
import { writeWhole } from '../files.js';
import { fromUnit } from '../image/crop.js';
import { shownPlanes } from '../image/input.js';
import { toPng } from '../report/figure.js';
import { sampleSheet } from '../report/sheet.js';
import { loadPictures } from '../train/batches/pictures.js';
import { prepare } from '../train/batches/prepare.js';
import { epochOrder } from '../train/batches/stream.js';
import type { Recipe } from '../train/recipe.js';

/** Draws the first samples of the first epoch as the network sees them, with their points, and writes the PNG. */
export async function writeSampleSheet(recipe: Recipe, dataset: Dataset, file: string, count = 15): Promise<void> {
  const { train } = splitByGroup(dataset, recipe.data.validation);
  const samples = epochOrder(recipe.train.seed, 1, train.length)
    .slice(0, count)
    .map((i) => train[i]!);
  const pictures = await loadPictures(samples, recipe.input);
  const { contours } = chooseMarkup(dataset.markup, recipe.data.points);
  const cells = samples.map((sample, i) => {
    const { image, target } = prepare(pictures[i]!, sample, recipe);
    return {
      ...recipe.input,
      planes: shownPlanes(image, recipe.input).map((value) => value / 255),
      points: fromUnit(target, recipe.input),
      contours,
      caption: sample.id,
    };
  });
  writeWhole(file, toPng(await sampleSheet(cells), 1));
}
