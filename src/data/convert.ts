import { basename, dirname, extname, join, resolve } from 'node:path';
import { InputError } from '../errors.js';
import { writeWhole } from '../files.js';
import { encodePicture } from '../image/encode.js';
import { type OpenOptions, openDataset } from './dataset.js';
import { formatNamed } from './formats/index.js';
import type { Dataset } from './sample.js';

export interface Conversion {
  /** Faces that were read, and those of them that the format could hold. */
  readonly read: number;
  readonly written: number;
}

/**
 * Writes the data set at `from`, of any known format, to `to` in the format of a name: to a file, or for formats that keep
 * a file beside each picture to a folder, into which pictures are copied. Pictures of a made data set are written there too, or to
 * `NAME-pictures` beside the file. What a format cannot hold (boxes, groups, decimals)
 * its writer says. Throws an InputError, or tells `onProblem`, of faces that cannot be read or written.
 */
export async function convertDataset(
  from: string,
  to: string,
  format: string,
  { onProblem, ...options }: OpenOptions = {},
): Promise<Conversion> {
  const { name, write, files } = formatNamed(format);
  if (!write) throw new InputError(`cannot write ${to}: the format '${name}' is only read; choose another`);
  if (resolve(from) === resolve(to)) throw new InputError(`${to}: would replace what is read; give another place`);
  const dataset = await openDataset(from, { ...options, ...(onProblem && { onProblem }) });
  let left = 0;
  const counting = onProblem && {
    onProblem: (problem: InputError) => {
      left++;
      onProblem(problem);
    },
  };
  const folder = files === 'one' ? join(dirname(to), `${basename(to, extname(to))}-pictures`) : to;
  await write(await withFiles(dataset, folder), to, counting);
  return { read: dataset.samples.length, written: dataset.samples.length - left };
}

/** The data set with each picture that is drawn in a file of the folder, as PNG. */
async function withFiles(dataset: Dataset, folder: string): Promise<Dataset> {
  const samples = [];
  for (const { draw, ...sample } of dataset.samples) {
    if (draw) {
      const picture = join(folder, `${sample.id}.png`);
      writeWhole(picture, await encodePicture(await draw({ channels: 1 }), 'png'));
      samples.push({ ...sample, picture });
    } else samples.push(sample);
  }
  return { ...dataset, samples };
}
