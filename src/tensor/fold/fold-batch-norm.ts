import { intOf } from '../attributes.js';
import { copyNode } from '../copy-node.js';
import type { Node, Value } from '../graph.js';
import { buffer, constant, createGraph, input, parameter } from '../graph.js';
import { nodesFor } from '../onnx/encode.js';
import type { TensorData } from '../types.js';
import type { Affine } from './affine.js';
import { affineOf, repeated } from './affine.js';
import type { LinearLayer } from './linear-layer.js';
import { followedBy, linearLayerOf, precededBy, readsNoPadding, weightsOf } from './linear-layer.js';

export interface Weighted {
  readonly outputs: readonly Value[];
  /** Parameters and buffers that the outputs need. */
  readonly weights: ReadonlyMap<Value, TensorData>;
}

/**
 * The same outputs, up to rounding, from a graph of its own in which batch norms of fixed statistics are part of the
 * layers beside them: of the Conv or Gemm before, where nothing else reads that; or of every Conv without padding and
 * every Gemm behind, through Flatten, and through MaxPool where all factors are positive. A batch norm that neither
 * takes stays. Weights keep their names; a bias that was not there is named after its weight.
 * Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018,
 * section 3.2.
 */
export function foldBatchNorm({ outputs, weights }: Weighted): Weighted {
  const nodes = nodesFor(outputs);
  const readers = new Map<Value, Node[]>();
  for (const node of nodes) {
    for (const value of node.inputs) if (value) readers.set(value, [...(readers.get(value) ?? []), node]);
  }
  const dataOf = (value: Value | undefined) => value && (weights.get(value) ?? value.data);

  const graph = createGraph();
  const kept = new Map<Value, TensorData>();
  const images = new Map<Value, Value>();
  /** The map that is yet to be applied to the images of these values. */
  const pending = new Map<Value, Affine>();
  /** Batch norms that are part of the layer before them. */
  const folds = new Set<Node>();

  const leafImage = (value: Value): Value => {
    const { name, shape, type } = value;
    const data = weights.get(value);
    if (!data) return value.data ? constant(graph, value.data, shape, type) : input(graph, name, shape, type);
    const create = value.graph.buffers.includes(value) ? buffer : parameter;
    const image = create(graph, name, shape);
    kept.set(image, data);
    return image;
  };
  const imageOf = (value: Value): Value => {
    const image = images.get(value) ?? leafImage(value);
    images.set(value, image);
    return image;
  };

  /** Whether all that reads the value can do with its image and the map. */
  const absorbed = (value: Value, affine: Affine): boolean =>
    !outputs.includes(value) &&
    (readers.get(value) ?? []).every((node) => {
      const [result] = node.outputs as [Value];
      if (passes(node, affine)) return absorbed(result, affine);
      return node.inputs[0] === value && readsNoPadding(node) && linearLayerOf(node, dataOf) !== undefined;
    });

  /** The node itself with other weights, and with the batch norms behind it that nothing else comes before. */
  const addLayer = (node: Node, layer: LinearLayer): void => {
    const [x, weight, bias] = node.inputs as [Value, Value, Value | undefined];
    const before = pending.get(x);
    let folded = before ? precededBy(layer, before) : layer;
    let [result] = node.outputs as [Value];
    for (let after = affineBehind(result); after; after = affineBehind(result)) {
      folded = followedBy(folded, after.affine);
      folds.add(after.node);
      result = after.node.outputs[0]!;
    }
    const store = (name: string, shape: readonly number[], data: Float32Array) => {
      const image = parameter(graph, name, shape);
      kept.set(image, data);
      return image;
    };
    const unchanged = !before && result === node.outputs[0];
    const inputs = unchanged
      ? node.inputs.map((value) => value && imageOf(value))
      : [
          imageOf(x),
          store(weight.name, weight.shape, weightsOf(folded)),
          store(bias?.name ?? biasName(weight), [folded.bias.length], new Float32Array(folded.bias)),
        ];
    images.set(result, copyNode(node, inputs, graph)[0]!);
  };
  const affineBehind = (value: Value): { affine: Affine; node: Node } | undefined => {
    const [node, ...others] = readers.get(value) ?? [];
    if (!node || others.length > 0 || outputs.includes(value)) return undefined;
    const affine = affineOf(node, dataOf);
    return affine && { affine, node };
  };

  for (const node of nodes) {
    if (folds.has(node)) continue;
    const [x] = node.inputs as [Value];
    const [result] = node.outputs as [Value];
    const layer = linearLayerOf(node, dataOf);
    const affine = affineOf(node, dataOf);
    const before = pending.get(x);
    if (layer) addLayer(node, layer);
    else if (affine && absorbed(result, affine)) {
      images.set(result, imageOf(x));
      pending.set(result, affine);
    } else {
      const copies = copyNode(
        node,
        node.inputs.map((value) => value && imageOf(value)),
        graph,
      );
      for (const [i, value] of node.outputs.entries()) if (copies[i]) images.set(value, copies[i]);
      // What is pending here is so because this node passes it on.
      if (before) pending.set(result, repeated(before, result.shape[1]! / x.shape[1]!));
    }
  }
  return { outputs: outputs.map(imageOf), weights: kept };
}

/** Whether the node may change places with the map. */
function passes({ operator, domain, attributes }: Node, { factor }: Affine): boolean {
  if (domain !== '') return false;
  if (operator === 'Flatten') return intOf(attributes, 'axis', 1) === 1;
  return operator === 'MaxPool' && factor.every((by) => by > 0);
}

const biasName = ({ name }: Value): string => `${name.replace(/\.weight$/, '')}.bias`;
