import { resolve } from 'node:path';
import { InputError } from '../errors.js';
import { type OpenOptions, openDataset } from './dataset.js';
import { formatNamed } from './formats/index.js';

export interface Conversion {
  /** Faces that were read, and those of them that the format could hold. */
  readonly read: number;
  readonly written: number;
}

/**
 * Writes the data set at `from`, of any known format, to `to` in the format of a name: to a file, or for formats that keep
 * a file beside each picture to a folder, into which pictures are copied. What a format cannot hold (boxes, groups, decimals)
 * its writer says. Throws an InputError, or tells `onProblem`, of faces that cannot be read or written.
 */
export async function convertDataset(
  from: string,
  to: string,
  format: string,
  { onProblem, ...options }: OpenOptions = {},
): Promise<Conversion> {
  const { name, write } = formatNamed(format);
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
  await write(dataset, to, counting);
  return { read: dataset.samples.length, written: dataset.samples.length - left };
}
