import { copyNode } from '../copy-node.js';
import type { Value } from '../graph.js';
import { constant, createGraph, input, parameter } from '../graph.js';
import { decodeModel } from '../onnx/decode.js';
import { encodeModel, nodesFor } from '../onnx/encode.js';
import type { Shape, TensorData } from '../types.js';
import { fastWay, winogradOf } from './inference-ways.js';
import { asUsual, type Picture } from './picture.js';

/** Operators that a batch of any size goes through: none holds a shape. */
const anyBatch = new Set(
  'Conv BatchNormalization Relu MaxPool GlobalAveragePool Add Mul Flatten Gemm Exp Slice'.split(' '),
);

/** A model in another form. */
export interface FastInference {
  /** Its inputs are that of the model and, by their names, the kernels. */
  readonly model: Uint8Array;
  readonly kernels: ReadonlyMap<string, Preparation>;
}

/** How a kernel comes about. */
export interface Preparation {
  /** A model that makes `kernels` of `weight`. */
  readonly model: Uint8Array;
  readonly weight: TensorData;
  readonly shape: Shape;
}

/**
 * The same model, up to rounding, for predicting many pictures: convolutions between many channels go by Winograd's method, and
 * all that can is computed in the blocked layout. Kernels are inputs, prepared beforehand: as part of the model the runtime
 * would hold them two or three times. Undefined where there is nothing to be gained, or an operator that may know the
 * batch's size.
 * @param block channels of a block of the blocked layout
 */
export function fastInference(model: Uint8Array, block: number | undefined): FastInference | undefined {
  const { outputs, weights } = decodeModel(model);
  const values = outputs.map(({ value }) => value);
  const nodes = nodesFor(values);
  const convs = nodes.filter(({ operator }) => operator === 'Conv');
  const isKnown = convs.every(({ inputs: [, weight] }) => weights.has(weight!));
  const gains = isKnown && convs.some((node) => winogradOf(node, block));
  if (!gains || !nodes.every(({ operator }) => anyBatch.has(operator))) return undefined;

  const graph = createGraph();
  const images = new Map<Value, Picture>();
  const stored = new Map<Value, TensorData>();
  const kernels = new Map<string, Preparation>();
  const leafImage = (value: Value): Value => {
    const { name, shape, type, data } = value;
    const weight = weights.get(value);
    if (!weight) return data ? constant(graph, data, shape, type) : input(graph, name, shape, type);
    const image = parameter(graph, name, shape);
    stored.set(image, weight);
    return image;
  };
  const imageOf = (value: Value): Picture => {
    const image = images.get(value) ?? { usual: leafImage(value) };
    images.set(value, image);
    return image;
  };
  const prepared = (value: Value, make: (weight: Value) => Value): Value => {
    const { shape } = value;
    const kernel = make(input(createGraph(), 'weight', shape));
    const image = parameter(graph, value.name, kernel.shape);
    const { bytes } = encodeModel([kernel], { outputNames: ['kernels'] });
    kernels.set(image.name, { model: bytes, weight: weights.get(value)!, shape });
    return image;
  };
  const read = [...values, ...nodes.flatMap(({ inputs }) => inputs)];
  const isReadOnce = (value: Value) => read.indexOf(value) === read.lastIndexOf(value);
  for (const node of nodes) {
    const inputs = node.inputs.map((value) => value && imageOf(value));
    const faster = fastWay(node, inputs, { block, prepared, isReadOnce });
    if (faster) {
      images.set(node.outputs[0]!, faster);
      continue;
    }
    const copies = copyNode(
      node,
      inputs.map((picture) => picture && asUsual(picture)),
      graph,
    );
    for (const [i, value] of node.outputs.entries()) images.set(value, { usual: copies[i]! });
  }
  const outputNames = outputs.map(({ name }) => name);
  const results = values.map((value) => asUsual(imageOf(value)));
  return { model: encodeModel(results, { weights: stored, outputNames, freeBatch: 'n' }).bytes, kernels };
}
