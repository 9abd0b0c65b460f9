import { floatOf, intOf } from '../attributes.js';
import type { Node } from '../graph.js';
import { geometryOf } from '../ops/conv.js';
import { sameShape } from '../types.js';
import type { Affine, DataOf } from './affine.js';

/** The weights of a Conv or Gemm, in double precision as long as they are worked on. */
export interface LinearLayer {
  readonly weight: Float64Array;
  /** [outputs], zeros where the node has none. */
  readonly bias: Float64Array;
  /** The output channel that the weight's element i counts in, and the input channel that it is a factor of. */
  readonly output: (i: number) => number;
  readonly input: (i: number) => number;
}

/** Undefined where the node is none, its weights are not known, or it adds something else than one bias an output. */
export function linearLayerOf(node: Node, dataOf: DataOf): LinearLayer | undefined {
  const [, weight, bias] = node.inputs;
  const [data, shift] = [dataOf(weight), dataOf(bias)];
  const channels = channelsOf(node);
  if (!channels || !(data instanceof Float32Array)) return undefined;
  const { outputs, output, input } = channels;
  if (bias && !(shift instanceof Float32Array && sameShape(bias.shape, [outputs]))) return undefined;
  const added = shift instanceof Float32Array ? new Float64Array(shift) : new Float64Array(outputs);
  return { weight: new Float64Array(data), bias: added, output, input };
}

function channelsOf({ operator, domain, inputs, attributes }: Node) {
  const shape = inputs[1]?.shape;
  if (domain !== '' || !shape) return undefined;
  if (operator === 'Conv' && shape.length === 4) {
    const [outputs, perGroup, kh, kw] = shape as [number, number, number, number];
    const taps = kh * kw;
    const outputsPerGroup = outputs / intOf(attributes, 'group', 1);
    const output = (i: number) => Math.floor(i / (perGroup * taps));
    const input = (i: number) => Math.floor(output(i) / outputsPerGroup) * perGroup + (Math.floor(i / taps) % perGroup);
    return { outputs, output, input };
  }
  const plain = floatOf(attributes, 'alpha', 1) === 1 && floatOf(attributes, 'beta', 1) === 1;
  if (operator === 'Gemm' && plain && intOf(attributes, 'transA', 0) === 0) {
    const [rows, columns] = shape as [number, number];
    const [row, column] = [(i: number) => Math.floor(i / columns), (i: number) => i % columns];
    return intOf(attributes, 'transB', 0) === 1
      ? { outputs: rows, output: row, input: column }
      : { outputs: columns, output: column, input: row };
  }
  return undefined;
}

/** Whether all that the node reads is its input: a Conv that pads reads zeros besides, which no shift reaches. */
export function readsNoPadding({ operator, inputs, attributes }: Node): boolean {
  if (operator !== 'Conv') return true;
  const { padBefore, padAfter } = geometryOf(attributes, inputs[1]!.shape.slice(2));
  return [...padBefore, ...padAfter].every((by) => by === 0);
}

/** The layer that gives what this one gives, through the affine map. */
export function followedBy({ weight, bias, ...channels }: LinearLayer, { factor, shift }: Affine): LinearLayer {
  return {
    ...channels,
    weight: weight.map((element, i) => element * factor[channels.output(i)]!),
    bias: bias.map((element, i) => element * factor[i]! + shift[i]!),
  };
}

/** The layer that makes of x what this one makes of the affine map of x. */
export function precededBy({ weight, bias, ...channels }: LinearLayer, { factor, shift }: Affine): LinearLayer {
  const shifted = bias.slice();
  for (let i = 0; i < weight.length; i++) shifted[channels.output(i)]! += weight[i]! * shift[channels.input(i)]!;
  return { ...channels, weight: weight.map((element, i) => element * factor[channels.input(i)]!), bias: shifted };
}
