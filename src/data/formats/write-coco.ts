import { dirname } from 'node:path';
import { InputError } from '../../errors.js';
import { writeWhole } from '../../files.js';
import type { Markup } from '../markup.js';
import { plainMarkup } from '../markup-schema.js';
import type { Dataset, Sample } from '../sample.js';
import { pictureSizes } from './faces.js';
import type { WriteOptions } from './format.js';
import { eachHeld } from './held.js';
import { pictureReference } from './locate-pictures.js';
import { skeletonOf } from './skeleton.js';

/**
 * Writes COCO keypoints JSON, coordinates with three decimals, pictures named relative to the file. Points of which nothing
 * is said count as visible. The terms of use are a licence. Id, group and tags of a sample, and the whole markup, stand in entries of our own, which other
 * readers pass over: nothing is lost. Throws an InputError, or tells `onProblem`, of a face whose picture cannot be read.
 */
export async function writeCoco(dataset: Dataset, file: string, { onProblem }: WriteOptions = {}): Promise<void> {
  const sizes = await pictureSizes(dataset.samples.map(({ picture }) => picture));
  const refer = pictureReference(dirname(file));
  const images = new Map<string, { id: number; file_name: string; width: number; height: number }>();
  const annotations = eachHeld(dataset, onProblem, (sample) => {
    const size = sizes.get(sample.picture)!;
    if (size instanceof InputError) throw size;
    const image = images.get(sample.picture) ?? { id: images.size + 1, file_name: refer(sample.picture), ...size };
    images.set(sample.picture, image);
    return annotationOf(sample, image.id);
  });
  writeWhole(
    file,
    `{\n"info": ${JSON.stringify({ description: dataset.name })},\n`,
    ...(dataset.terms ? [`"licenses": [\n${JSON.stringify({ id: 1, name: dataset.terms, url: '' })}\n],\n`] : []),
    `"categories": [\n${JSON.stringify(categoryOf(dataset.markup))}\n],\n`,
    `"images": [\n${[...images.values()].map((image) => JSON.stringify(image)).join(',\n')}\n],\n`,
    `"annotations": [\n${annotations.map(({ written }, i) => JSON.stringify({ id: i + 1, ...written })).join(',\n')}\n]\n}\n`,
  );
}

const categoryOf = (markup: Markup) => ({
  id: 1,
  name: markup.name,
  supercategory: 'face',
  keypoints: markup.points,
  skeleton: skeletonOf(markup.contours),
  ...(markup.points.length > 0 && { markup: plainMarkup(markup) }),
});

function annotationOf({ id, box, points, visible, group, tags }: Sample, image: number) {
  const keypoints: number[] = [];
  let annotated = 0;
  for (let i = 0; points && i < points.length / 2; i++) {
    const v = visible ? visible[i]! : 2;
    if (v > 0) annotated++;
    keypoints.push(...(v > 0 ? [thousandth(points[2 * i]!), thousandth(points[2 * i + 1]!), v] : [0, 0, 0]));
  }
  return {
    image_id: image,
    category_id: 1,
    bbox: [box.left, box.top, box.width, box.height].map(thousandth),
    area: thousandth(box.width * box.height),
    iscrowd: 0,
    num_keypoints: annotated,
    keypoints,
    sample: { id, group, tags },
  };
}

const thousandth = (value: number): number => Math.round(value * 1000) / 1000;
