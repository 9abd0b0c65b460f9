import type { Attributes, Graph, Node, Value } from './graph.js';
import { uniqueName } from './graph.js';
import type { ElementType, Shape } from './types.js';
import { GraphError } from './types.js';

export interface Typed {
  readonly type: ElementType;
  readonly shape: Shape;
}

type Maybe<T> = T | undefined;

/** What the engine knows of an ONNX operator. */
export interface Operator {
  /** Types and shapes of the outputs; throws a GraphError that names both shapes where the inputs do not fit. */
  readonly infer: (inputs: readonly Maybe<Value>[], attributes: Attributes, outputs: number) => Typed[];
  /** Outputs at the end that nobody reads need not be computed. */
  readonly sparesOutputs?: boolean;
  /**
   * Gradients of a scalar with respect to the inputs, from those with respect to the outputs (`undefined`: zero).
   * Only the entries with `wanted[i]` are looked at. Absent: the operator has no gradient rule.
   */
  readonly gradient?: (node: Node, upstream: readonly Maybe<Value>[], wanted: readonly boolean[]) => Maybe<Value>[];
}

const operators = new Map<string, Operator>();

/** Makes an operator known; an operator file calls this once an operator, beside its forward function. */
export function defineOperator(name: string, operator: Operator, domain = ''): void {
  operators.set(`${domain}:${name}`, operator);
}

export function operatorNamed(name: string, domain = ''): Operator {
  const found = operators.get(`${domain}:${name}`);
  if (!found) throw new GraphError(`operator ${domain ? `${domain}.` : ''}${name} is not known to this engine`);
  return found;
}

export interface Application {
  readonly domain?: string;
  /** How many outputs are asked for. */
  readonly outputs?: number;
  /** Names of the outputs, where a loaded model has given them. */
  readonly names?: readonly string[];
}

/** Adds a node and returns all of its outputs. */
export function applyAll(
  graph: Graph,
  name: string,
  inputs: readonly Maybe<Value>[],
  attributes: Attributes = {},
  { domain = '', outputs = 1, names = [] }: Application = {},
): Value[] {
  for (const value of inputs) {
    if (value && value.graph !== graph) throw new GraphError(`${name}: input '${value.name}' is of another graph`);
  }
  const typed = operatorNamed(name, domain).infer(inputs, attributes, outputs);
  const results: Value[] = [];
  const node: Node = { operator: name, domain, inputs, outputs: results, attributes };
  for (const [i, { type, shape }] of typed.entries()) {
    results.push({ graph, name: uniqueName(graph, names[i] ?? name), type, shape, producer: node });
  }
  graph.nodes.push(node);
  return results;
}

/** Adds a node to the graph of its first input and returns its only output. */
export function apply(
  name: string,
  inputs: readonly [Value, ...Maybe<Value>[]],
  attributes: Attributes = {},
  domain = '',
): Value {
  return applyAll(inputs[0].graph, name, inputs, attributes, { domain })[0]!;
}
