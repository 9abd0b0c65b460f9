import type { Graph, Node, Value } from './graph.js';
import { applyAll } from './operator.js';

/** Adds the same node to another graph, with these inputs of that graph; outputs keep their names. */
export function copyNode(
  { operator, domain, outputs, attributes }: Node,
  inputs: readonly (Value | undefined)[],
  graph: Graph,
): Value[] {
  return applyAll(graph, operator, inputs, attributes, {
    domain,
    outputs: outputs.length,
    names: outputs.map(({ name }) => name),
  });
}
