import type { ElementType, Shape, TensorData } from './types.js';
import { GraphError, showShape, sizeOf } from './types.js';

/** A float attribute; a bare number is an integer attribute. */
export interface FloatAttribute {
  readonly float: number;
}

export type Attribute = number | FloatAttribute | string | readonly number[];
export type Attributes = Readonly<Record<string, Attribute>>;

/** A tensor in a graph: a handle with a static shape and type. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** The node whose output this is; absent for inputs, parameters, buffers and constants. */
  readonly producer?: Node;
  /** The elements of a constant, row-major. */
  readonly data?: TensorData;
}

/** One ONNX operator at work. An input left out is `undefined`. */
export interface Node {
  readonly operator: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** After a training step: buffer ← (1 - momentum) · buffer + momentum · correction · value. */
export interface MovingAverage {
  readonly buffer: Value;
  readonly value: Value;
  readonly momentum: number;
  readonly correction: number;
}

/** An input that is 0 with probability `rate`, else 1, anew in every training step. */
export interface DropoutMask {
  readonly mask: Value;
  readonly rate: number;
}

/**
 * A value that is computed in a roundabout way, for speed: its gradient is that of the straight way, and nothing behind it,
 * up to these inputs, is differentiated.
 */
export interface Detour {
  readonly inputs: readonly (Value | undefined)[];
  /** As an operator's: gradients to the inputs from that to the value. */
  readonly gradient: (upstream: Value, wanted: readonly boolean[]) => (Value | undefined)[];
}

/** An ONNX graph under construction; nodes stand in the order of execution. */
export interface Graph {
  readonly nodes: Node[];
  /** Fed by the batch. */
  readonly inputs: Value[];
  /** What training changes by gradient. */
  readonly parameters: Value[];
  /** What training changes otherwise: running statistics. */
  readonly buffers: Value[];
  readonly averages: MovingAverage[];
  /** The inputs that each training step fills with fresh dropout masks. */
  readonly dropouts: DropoutMask[];
  readonly detours: Map<Value, Detour>;
  /** Small constants, so that equal ones are one. */
  readonly constants: Map<string, Value>;
  /** How often each name was wanted, to keep names unique. */
  readonly names: Map<string, number>;
}

export function createGraph(): Graph {
  return {
    nodes: [],
    inputs: [],
    parameters: [],
    buffers: [],
    averages: [],
    dropouts: [],
    detours: new Map(),
    constants: new Map(),
    names: new Map(),
  };
}

/** `wanted` itself the first time, then `wanted_1`, `wanted_2`, … */
export function uniqueName(graph: Graph, wanted: string): string {
  const count = graph.names.get(wanted) ?? 0;
  graph.names.set(wanted, count + 1);
  return count === 0 ? wanted : uniqueName(graph, `${wanted}_${count}`);
}

/** A value that the batch feeds. */
export function input(graph: Graph, name: string, shape: Shape, type: ElementType = 'float32'): Value {
  const value: Value = { graph, name: uniqueName(graph, name), type, shape };
  graph.inputs.push(value);
  return value;
}

/** A value that training changes by gradient. */
export function parameter(graph: Graph, name: string, shape: Shape): Value {
  const value: Value = { graph, name: uniqueName(graph, name), type: 'float32', shape };
  graph.parameters.push(value);
  return value;
}

/** A value that training changes by a moving average, such as batch norm's running statistics. */
export function buffer(graph: Graph, name: string, shape: Shape): Value {
  const value: Value = { graph, name: uniqueName(graph, name), type: 'float32', shape };
  graph.buffers.push(value);
  return value;
}

/** A constant of any type; equal small ones are shared. */
export function constant(graph: Graph, data: TensorData, shape: Shape, type: ElementType = 'float32'): Value {
  if (data.length !== sizeOf(shape)) {
    throw new GraphError(`constant: ${data.length} elements given for shape ${showShape(shape)}`);
  }
  const key = data.length <= 64 ? `${type}${showShape(shape)}${data.join()}` : undefined;
  const known = key === undefined ? undefined : graph.constants.get(key);
  if (known) return known;
  const value: Value = { graph, name: uniqueName(graph, 'constant'), type, shape, data };
  graph.constants.set(key ?? value.name, value);
  return value;
}

/** A float32 scalar (shape []) or, with a shape, that many equal elements. */
export function scalar(graph: Graph, element: number, shape: Shape = []): Value {
  return constant(graph, new Float32Array(sizeOf(shape)).fill(element), shape);
}

/** A 1-D int64 constant: the shape of a Reshape, the axes of a reduction. */
export function integers(graph: Graph, elements: readonly number[]): Value {
  return constant(graph, BigInt64Array.from(elements, BigInt), [elements.length], 'int64');
}

/** The elements of an integer constant. Throws a GraphError where the value is no constant: shapes here are static. */
export function integersOf(value: Value, operator: string): number[] {
  if (!value.data) throw new GraphError(`${operator}: input '${value.name}' must be a constant, for shapes are static`);
  return Array.from(value.data, Number);
}
