import { floatOf, intOf } from '../attributes.js';
import type { Node, Value } from '../graph.js';
import type { TensorData } from '../types.js';

/** A factor and a shift for each channel: y = factor · x + shift. */
export interface Affine {
  readonly factor: Float64Array;
  readonly shift: Float64Array;
}

/** The elements of a weight or constant, where they are known. */
export type DataOf = (value: Value | undefined) => TensorData | undefined;

/** What a batch norm comes to once its statistics stand still; undefined where they do not, or are not known. */
export function affineOf({ operator, domain, inputs, attributes }: Node, dataOf: DataOf): Affine | undefined {
  if (operator !== 'BatchNormalization' || domain !== '' || intOf(attributes, 'training_mode', 0) !== 0)
    return undefined;
  const known = inputs.slice(1).map(dataOf);
  if (!known.every((data) => data instanceof Float32Array)) return undefined;
  const [gamma, beta, mean, variance] = known as [Float32Array, Float32Array, Float32Array, Float32Array];
  const epsilon = floatOf(attributes, 'epsilon', 1e-5);
  const factor = Float64Array.from(gamma, (scale, i) => scale / Math.sqrt(variance[i]! + epsilon));
  return { factor, shift: factor.map((by, i) => beta[i]! - mean[i]! * by) };
}

/** The same for what each channel becomes when it is laid out as `times` features side by side. */
export function repeated({ factor, shift }: Affine, times: number): Affine {
  const repeat = (list: Float64Array) =>
    Float64Array.from({ length: list.length * times }, (_, i) => list[Math.floor(i / times)]!);
  return { factor: repeat(factor), shift: repeat(shift) };
}
