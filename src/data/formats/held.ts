import { InputError } from '../../errors.js';
import type { Dataset, Sample } from '../sample.js';
import { type OnProblem, reporting } from './problem.js';

/**
 * What `write` makes of each sample that a format can hold; the InputErrors it throws of others go to `onProblem`.
 * Throws an InputError where nothing is left to write.
 */
export function eachHeld<T>(
  { name, samples }: Dataset,
  onProblem: OnProblem | undefined,
  write: (sample: Sample) => T,
): { sample: Sample; written: T }[] {
  const held = samples.flatMap((sample) => reporting(onProblem, () => [{ sample, written: write(sample) }]) ?? []);
  if (held.length === 0) throw new InputError(`${name}: has no face that can be written in this format`);
  return held;
}

/** The points of a sample all of which are annotated; the InputError says what the format is and cannot do. */
export function allPoints({ id, points, visible }: Sample, format: string): Float32Array {
  if (!points)
    throw new InputError(`${id}: has no points, which ${format} needs; write dlib-xml or coco, which hold boxes`);
  const absent = visible?.indexOf(0) ?? -1;
  if (absent < 0) return points;
  throw new InputError(
    `${id}: point ${absent} is not annotated, which ${format} cannot say; write csv or coco, or leave the face out`,
  );
}
