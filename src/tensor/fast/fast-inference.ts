import { copyNode } from '../copy-node.js';
import type { Node, Value } from '../graph.js';
import { constant, createGraph, input, parameter } from '../graph.js';
import { decodeModel } from '../onnx/decode.js';
import { encodeModel, nodesFor } from '../onnx/encode.js';
import { add } from '../ops/arithmetic.js';
import type { ConvGeometry } from '../ops/conv.js';
import { geometryOf } from '../ops/conv.js';
import { reshape } from '../ops/shape.js';
import type { TensorData } from '../types.js';
import { winogradProduct } from './winograd-conv.js';
import type { TileSize } from './winograd-matrices.js';
import { winograd } from './winograd-matrices.js';

/** Below so many channels ONNX Runtime's own convolution of constant weights is faster. */
const fewestChannels = 128;

/** From so many on the kernels of tiles of 4, four times the memory of the weights, are no faster than those of 2. */
const mostOfLargeTiles = 256;

/** Operators that a batch of any size goes through: none holds a shape. */
const anyBatch = new Set(
  'Conv BatchNormalization Relu MaxPool GlobalAveragePool Add Mul Flatten Gemm Exp Slice'.split(' '),
);

/**
 * The same model, up to rounding, for predicting many pictures: 3×3 convolutions of stride 1 between many channels go by
 * Winograd's method, with kernels transformed beforehand. It holds two to three times the weights and is no file to keep.
 * Undefined where there is nothing to be gained, or an operator that may know the batch's size.
 */
export function fastInference(model: Uint8Array): Uint8Array | undefined {
  const { outputs, weights } = decodeModel(model);
  const values = outputs.map(({ value }) => value);
  const nodes = nodesFor(values);
  const suited = nodes.filter((node) => weights.has(node.inputs[1]!) && suitsWinograd(node));
  if (suited.length === 0 || !nodes.every(({ operator }) => anyBatch.has(operator))) return undefined;

  const graph = createGraph();
  const images = new Map<Value, Value>();
  const stored = new Map<Value, TensorData>();
  const store = (name: string, shape: readonly number[], data: TensorData): Value => {
    const image = parameter(graph, name, shape);
    stored.set(image, data);
    return image;
  };
  const leafImage = (value: Value): Value => {
    const { name, shape, type, data } = value;
    const weight = weights.get(value);
    if (weight) return store(name, shape, weight);
    return data ? constant(graph, data, shape, type) : input(graph, name, shape, type);
  };
  const imageOf = (value: Value): Value => {
    const image = images.get(value) ?? leafImage(value);
    images.set(value, image);
    return image;
  };
  const byWinograd = ({ inputs, outputs: [y], attributes }: Node): Value => {
    const [x, weight, bias] = inputs as [Value, Value, Value | undefined];
    const [out, channels] = weight.shape as [number, number];
    const tile = Math.min(out, channels) > mostOfLargeTiles ? 2 : 4;
    const data = transformed(weights.get(weight) as Float32Array, tile);
    const kernels = store(weight.name, [(tile + 2) ** 2, out, channels], data);
    const { padBefore: pad } = geometryOf(attributes, [3, 3]);
    const extent = y!.shape.slice(2) as [number, number];
    const product = winogradProduct(imageOf(x), kernels, { pad, extent, tile });
    return bias ? add(product, reshape(imageOf(bias), [out, 1, 1])) : product;
  };
  for (const node of nodes) {
    const results = suited.includes(node)
      ? [byWinograd(node)]
      : copyNode(
          node,
          node.inputs.map((value) => value && imageOf(value)),
          graph,
        );
    for (const [i, value] of node.outputs.entries()) if (results[i]) images.set(value, results[i]);
  }
  const outputNames = outputs.map(({ name }) => name);
  return encodeModel(values.map(imageOf), { weights: stored, outputNames, freeBatch: 'n' }).bytes;
}

function suitsWinograd({ operator, inputs, attributes }: Node): boolean {
  const shape = inputs[1]?.shape ?? [];
  if (operator !== 'Conv' || shape[2] !== 3 || shape[3] !== 3) return false;
  const { stride, dilation, padBefore, padAfter, groups }: ConvGeometry = geometryOf(attributes, [3, 3]);
  return (
    groups === 1 &&
    [...stride, ...dilation].every((step) => step === 1) &&
    [...padBefore, ...padAfter].every((by) => by <= 2) &&
    Math.min(shape[0]!, shape[1]!) >= fewestChannels
  );
}

/** Kernels [out · in, 9] → [products, out · in]. */
function transformed(kernels: Float32Array, tile: TileSize): Float32Array {
  const { products, kernel: matrix } = winograd(tile);
  const count = kernels.length / 9;
  const result = new Float32Array(products * count);
  for (let p = 0; p < products; p++) {
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let tap = 0; tap < 9; tap++) sum += matrix[p * 9 + tap]! * kernels[i * 9 + tap]!;
      result[p * count + i] = sum;
    }
  }
  return result;
}
