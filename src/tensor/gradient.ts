import type { Node, Value } from './graph.js';
import { scalar } from './graph.js';
import { operatorNamed } from './operator.js';
import { add } from './ops/arithmetic.js';
import { GraphError, showShape, sizeOf } from './types.js';

/**
 * Adds to the graph the gradients of `loss` (one element) with respect to each of `wanted`, by reverse-mode
 * accumulation: each node between them, last first, turns the gradients of its outputs into those of its inputs.
 * A value that the loss does not depend on gets zeros. Throws a GraphError for an operator without a gradient rule.
 */
export function gradients(loss: Value, wanted: readonly Value[]): Value[] {
  if (sizeOf(loss.shape) !== 1) throw new GraphError(`the loss must be one element, not ${showShape(loss.shape)}`);
  return gradientsThrough(loss, scalar(loss.graph, 1, loss.shape), wanted);
}

/** The same from the gradient of a loss, which is further on, with respect to `result`, instead of from the loss. */
export function gradientsThrough(result: Value, gradient: Value, wanted: readonly Value[]): Value[] {
  const { graph } = result;
  // What depends on the wanted values; nothing else needs a gradient.
  const active = new Set<Value>(wanted);
  const nodes = [...graph.nodes];
  for (const node of nodes) {
    if (node.inputs.some((value) => value && active.has(value))) for (const output of node.outputs) active.add(output);
  }

  const sums = new Map<Value, Value>([[result, gradient]]);
  for (const node of nodes.reverse()) {
    const upstream = node.outputs.map((output) => sums.get(output));
    if (!upstream.some(Boolean)) continue;
    const detour = graph.detours.get(node.outputs[0]!);
    const inputs = detour?.inputs ?? node.inputs;
    const needed = inputs.map((value) => value !== undefined && value.type === 'float32' && active.has(value));
    if (!needed.some(Boolean)) continue;
    const parts = detour ? detour.gradient(upstream[0]!, needed) : gradientsOf(node, upstream, needed);
    for (const [i, part] of parts.entries()) {
      const value = inputs[i];
      if (!part || !value || !needed[i]) continue;
      const sum = sums.get(value);
      sums.set(value, sum ? add(sum, part) : part);
    }
  }
  return wanted.map((value) => sums.get(value) ?? scalar(graph, 0, value.shape));
}

function gradientsOf(node: Node, upstream: readonly (Value | undefined)[], needed: readonly boolean[]) {
  const { gradient } = operatorNamed(node.operator, node.domain);
  if (!gradient) {
    throw new GraphError(`operator ${node.operator} (output '${node.outputs[0]?.name}') has no gradient rule`);
  }
  return gradient(node, upstream, needed);
}
