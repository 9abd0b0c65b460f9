import { copyNode } from '../copy-node.js';
import type { Graph, Node, Value } from '../graph.js';
import { buffer, constant, createGraph, input, parameter } from '../graph.js';
import { nodesFor } from '../onnx/encode.js';
import { fastConv } from './fast-conv.js';
import { normalisedConv } from './normalised-conv.js';
import { overlappingPool } from './overlapping-pool.js';
import { pooledConv } from './pooled-conv.js';
import { rectifiedPool } from './rectified-pool.js';

/**
 * What may stand in for a node: the values for its outputs, or undefined where the node is to stay. `inputs` are the
 * node's inputs in the new graph. Where it makes other values there of no use, too, it tells `instead` what each is now.
 */
export type Substitute = (
  node: Node,
  inputs: readonly (Value | undefined)[],
  instead: Map<Value, Value>,
) => readonly Value[] | undefined;

/** What of the CPU decides on the way. */
export interface Abilities {
  /** Channels of a block of the blocked layout, where there is one. */
  readonly block: number | undefined;
}

/**
 * The same outputs in a graph of its own that computes the same numbers, up to rounding, faster: what is faster is decided by
 * operator, shape and these abilities alone, so that a run that is resumed takes the same ways as one unbroken.
 */
export function accelerate<Outputs extends readonly Value[]>(
  graph: Graph,
  outputs: Outputs,
  { block }: Abilities,
): { readonly graph: Graph; readonly outputs: { readonly [I in keyof Outputs]: Value } } {
  const substitutes: Readonly<Record<string, Substitute>> = {
    Conv: normalisedConv(fastConv(block)),
    MaxPool: fastPool(block),
  };
  const fast = createGraph();
  const images = new Map<Value, Value>();
  const copies = [
    [graph.inputs, input],
    [graph.parameters, parameter],
    [graph.buffers, buffer],
  ] as const;
  for (const [values, create] of copies) {
    for (const value of values) images.set(value, create(fast, value.name, value.shape, value.type));
  }
  const imageOf = (value: Value): Value => {
    const known = images.get(value);
    if (known) return known;
    const image = constant(fast, value.data!, value.shape, value.type);
    images.set(value, image);
    return image;
  };
  const instead = new Map<Value, Value>();
  for (const node of nodesFor([...outputs, ...graph.averages.map(({ value }) => value)])) {
    const inputs = node.inputs.map((value) => value && imageOf(value));
    const results = substitutes[node.operator]?.(node, inputs, instead) ?? copyNode(node, inputs, fast);
    for (const [i, value] of node.outputs.entries()) if (results[i]) images.set(value, results[i]);
  }
  for (const average of graph.averages) {
    const value = imageOf(average.value);
    fast.averages.push({ ...average, buffer: imageOf(average.buffer), value: instead.get(value) ?? value });
  }
  for (const dropout of graph.dropouts) fast.dropouts.push({ ...dropout, mask: imageOf(dropout.mask) });
  return { graph: fast, outputs: outputs.map(imageOf) as never };
}

const fastPool = (block: number | undefined): Substitute => {
  const ways = [pooledConv(block), overlappingPool(block), rectifiedPool];
  return (...given) => {
    for (const way of ways) {
      const outputs = way(...given);
      if (outputs) return outputs;
    }
    return undefined;
  };
};
