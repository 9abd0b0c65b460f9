import { floatOf, intOf } from '../attributes.js';
import type { Node } from '../graph.js';
import { geometryOf } from '../ops/conv.js';
import { sameShape } from '../types.js';
import type { Affine, DataOf } from './affine.js';

/** The weights of a Conv or Gemm, [rows, columns, taps]; what changes with them is kept in double precision. */
export interface LinearLayer {
  readonly weight: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly taps: number;
  /** Whether an element's row is the output channel that it counts in, and its column the input channel; else the other way round. */
  readonly outputsAreRows: boolean;
  /** How many rows read the same input channels, the next ones the next as many channels. */
  readonly rowsOfGroup: number;
  /** By output channel, how many times its weights count. */
  readonly factor: Float64Array;
  /** The same by input channel; undefined where all are 1. */
  readonly inputFactor?: Float64Array;
  /** By output channel, zeros where the node has none. */
  readonly bias: Float64Array;
}

/** Undefined where the node is none, its weights are not known, or it adds something else than one bias an output. */
export function linearLayerOf(node: Node, dataOf: DataOf): LinearLayer | undefined {
  const [, weight, bias] = node.inputs;
  const [data, shift] = [dataOf(weight), dataOf(bias)];
  const channels = channelsOf(node);
  if (!channels || !(data instanceof Float32Array)) return undefined;
  const { outputs, ...rest } = channels;
  if (bias && !(shift instanceof Float32Array && sameShape(bias.shape, [outputs]))) return undefined;
  const added = shift instanceof Float32Array ? new Float64Array(shift) : new Float64Array(outputs);
  return { ...rest, weight: data, bias: added, factor: new Float64Array(outputs).fill(1) };
}

function channelsOf({ operator, domain, inputs, attributes }: Node) {
  const shape = inputs[1]?.shape;
  if (domain !== '' || !shape) return undefined;
  if (operator === 'Conv' && shape.length === 4) {
    const [rows, columns, kh, kw] = shape as [number, number, number, number];
    const rowsOfGroup = rows / intOf(attributes, 'group', 1);
    return { outputs: rows, rows, columns, taps: kh * kw, outputsAreRows: true, rowsOfGroup };
  }
  const plain = floatOf(attributes, 'alpha', 1) === 1 && floatOf(attributes, 'beta', 1) === 1;
  if (operator === 'Gemm' && plain && intOf(attributes, 'transA', 0) === 0) {
    const [rows, columns] = shape as [number, number];
    const outputsAreRows = intOf(attributes, 'transB', 0) === 1;
    return { outputs: outputsAreRows ? rows : columns, rows, columns, taps: 1, outputsAreRows, rowsOfGroup: rows };
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
export function followedBy(layer: LinearLayer, { factor, shift }: Affine): LinearLayer {
  return {
    ...layer,
    factor: layer.factor.map((by, i) => by * factor[i]!),
    bias: layer.bias.map((element, i) => element * factor[i]! + shift[i]!),
  };
}

/** The layer as its node has it, for the affine map of x instead of x. */
export function precededBy(layer: LinearLayer, { factor, shift }: Affine): LinearLayer {
  const { weight, taps } = layer;
  const bias = layer.bias.slice();
  eachKernel(layer, (start, output, input) => {
    let sum = 0;
    for (let i = start; i < start + taps; i++) sum += weight[i]!;
    bias[output]! += sum * shift[input]!;
  });
  return { ...layer, inputFactor: factor, bias };
}

/** The weights with all factors in them, as the node's are laid out. */
export function weightsOf(layer: LinearLayer): Float32Array {
  const { weight, taps, factor, inputFactor } = layer;
  const weights = new Float32Array(weight.length);
  eachKernel(layer, (start, output, input) => {
    const by = factor[output]! * (inputFactor ? inputFactor[input]! : 1);
    for (let i = start; i < start + taps; i++) weights[i] = weight[i]! * by;
  });
  return weights;
}

/** Where the taps of each pair of an output and an input channel start. */
function eachKernel(
  { rows, columns, taps, outputsAreRows, rowsOfGroup }: LinearLayer,
  visit: (start: number, output: number, input: number) => void,
): void {
  let start = 0;
  for (let row = 0; row < rows; row++) {
    const firstInput = Math.floor(row / rowsOfGroup) * columns;
    for (let column = 0; column < columns; column++, start += taps) {
      if (outputsAreRows) visit(start, row, firstInput + column);
      else visit(start, column, row);
    }
  }
}
