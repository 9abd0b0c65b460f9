import { join } from 'node:path';
import { InputError } from '../errors.js';
import { boxAround } from '../image/box.js';
import { pictureSize } from '../image/decode.js';
import { parseAsf } from './asf.js';
import { namesIn, readAnnotation } from './folder.js';
import { imm58 } from './markups/imm58.js';
import { quoted } from './quoted.js';
import type { Dataset, Sample } from './sample.js';

/** Left and right are the person's own: in view 3 the nose points to the picture's left. */
const views: Readonly<Record<string, string>> = {
  1: '1 frontal, neutral',
  2: '2 frontal, happy',
  3: '3 turned to their right',
  4: '4 turned to their left',
  5: '5 lit from their left',
  6: '6 free expression',
};

/**
 * The IMM face database: `PERSON-VIEWm.asf` or `…f.asf` beside the picture that it names, 40 people in 6 views.
 * Nordstrøm, Larsen, Sierakowski, Stegmann, "The IMM Face Database: An Annotated Dataset of 240 Face Images", 2004.
 * Group: the person. Tags: view, gender. Box: the smallest that holds the points.
 * Throws an InputError that names the file, the line where it has one, and the value.
 */
export async function readImm(folder: string): Promise<Dataset> {
  const names = await namesIn(folder);
  const annotations = names.filter((name) => /\.asf$/i.test(name));
  if (annotations.length === 0) throw new InputError(`${folder}: holds no .asf file; expected the IMM face database`);
  const stems = new Set(annotations.map(stem));
  for (const name of names) {
    if (/\.(jpe?g|png|bmp)$/i.test(name) && !stems.has(stem(name))) {
      throw new InputError(`${join(folder, name)}: has no annotation ${stem(name)}.asf; add it or remove the picture`);
    }
  }
  const present = new Set(names);
  const samples: Sample[] = [];
  // One after the other, so that of several mistakes always the same is told.
  for (const name of annotations) samples.push(await readSample(folder, name, present));
  return { name: 'IMM', markup: imm58, samples, terms };
}

/** As its authors ask. */
const terms =
  'IMM face database (Nordstrøm et al. 2004): for research, not for commercial use; so are weights trained on it';

const stem = (name: string) => name.replace(/\.\w+$/, '');

async function readSample(folder: string, name: string, present: ReadonlySet<string>): Promise<Sample> {
  const file = join(folder, name);
  const id = stem(name);
  const [, person, view, gender] = /^(\d+)-([1-6])([mf])$/.exec(id) ?? [];
  if (!person || !view || !gender) {
    throw new InputError(`${file}: expected a name of person, view 1 to 6 and m or f, such as 01-1m.asf`);
  }
  const { points: shares, host, hostLine } = parseAsf(await readAnnotation(file), file, imm58.points.length);
  if (stem(host) !== id) {
    throw new InputError(`${file}:${hostLine}: names the picture ${quoted(host)}, which is not that of ${id}`);
  }
  if (!present.has(host)) {
    throw new InputError(`${file}:${hostLine}: names the picture ${quoted(host)}, which is not in the folder; add it`);
  }
  const picture = join(folder, host);
  const { width, height } = await pictureSize(picture);
  const points = Float32Array.from(shares, (share, i) => share * (i % 2 === 0 ? width : height));
  return { id, picture, box: boxAround(points), points, group: person, tags: { view: views[view]!, gender } };
}
