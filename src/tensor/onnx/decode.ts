import { fromBinary } from '@bufbuild/protobuf';
import type { ModelProto, NodeProto, ValueInfoProto } from 'onnx-buf';
import { ModelProtoSchema } from 'onnx-buf';
import { InputError, reason } from '../../errors.js';
import type { Attributes, Graph, Value } from '../graph.js';
import { buffer, constant, createGraph, input, parameter, uniqueName } from '../graph.js';
import { fromHalf } from '../half.js';
import { applyAll } from '../operator.js';
import '../ops/index.js';
import type { Shape, TensorData } from '../types.js';
import { GraphError } from '../types.js';
import { dataTypes, elementTypeOf } from './element-types.js';
import { fold } from './fold.js';
import type { StoredAttribute } from './read-attribute.js';
import { readAttribute } from './read-attribute.js';
import type { StoredTensor } from './tensor-proto.js';
import { readTensor } from './tensor-proto.js';
import type { Call } from './upgrade.js';
import { oldestOpset, upgrade } from './upgrade.js';

export interface DecodeOptions {
  /** The extent of a first axis that the model leaves free; 1 where absent. */
  readonly batch?: number;
  /** Shapes of inputs by name, for a model that leaves other axes free. */
  readonly shapes?: Readonly<Record<string, Shape>>;
  /** What error messages call the model: its file. */
  readonly source?: string;
}

/** A model as a graph that can be looked at, trained on and encoded again. */
export interface DecodedModel {
  /**
   * Kernels, matrices, their biases and batch norm's scale and shift are its parameters, running statistics its
   * buffers; what is a constant in the model, or a setting such as the bounds of a Clip, is a constant.
   */
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly outputs: readonly { readonly name: string; readonly value: Value }[];
  /** The data of each parameter and buffer. */
  readonly weights: ReadonlyMap<Value, TensorData>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads an ONNX model of operator set 7 or newer into a graph of operator set 18 with static shapes.
 * Throws an InputError, of one line, for bytes that are no model or a damaged one, and for an operator, type or setting
 * that the engine does not know: it names the node.
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): DecodedModel {
  const { source = 'the model' } = options;
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new InputError(`${source}: is no ONNX model, or a damaged one (${reason(error)}); export or copy it anew`);
  }
  try {
    return decode(model, options);
  } catch (error) {
    throw new InputError(`${source}: ${reason(error)}`);
  }
}

function decode(model: ModelProto, options: DecodeOptions): DecodedModel {
  const { graph: proto } = model;
  const opset = Number(model.opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0);
  if (!proto || opset === 0)
    throw new GraphError('is no ONNX model, or one cut short: it has no graph or operator set');
  if (opset < oldestOpset) {
    throw new GraphError(`is of operator set ${opset}, older than ${oldestOpset}: export it anew with a newer one`);
  }

  const graph = createGraph();
  const values = new Map<string, Value>();
  const weights = new Map<Value, TensorData>();
  const stored = new Map(proto.initializer.map((tensor) => [tensor.name, readTensor(tensor)]));
  for (const info of proto.input) {
    if (!stored.has(info.name)) values.set(info.name, inputOf(graph, info, options));
  }
  const nodes = withoutCopies(proto.node, stored);
  const roles = rolesOf(nodes, stored);
  for (const [name, tensor] of stored) {
    const role = roles.get(name);
    const value = role ? role(graph, name, tensor.shape) : constantOf(graph, name, tensor);
    if (role) weights.set(value, tensor.data);
    values.set(name, value);
  }
  for (const node of nodes) {
    try {
      addNode(graph, values, node, opset);
    } catch (error) {
      const name = node.name || node.output[0];
      throw new GraphError(`node ${node.opType}${name ? ` '${name}'` : ''}: ${reason(error)}`);
    }
  }
  const outputs = proto.output.map(({ name }) => ({ name, value: found(values, name) }));
  if (outputs.length === 0) throw new GraphError('has no output: it is cut short or damaged');
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
  return { graph, inputs: graph.inputs, outputs, weights, metadata };
}

const isStandard = (domain: string): boolean => domain === '' || domain === 'ai.onnx';

function found(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (!value) throw new GraphError(`'${name}' is read, but nothing gives it`);
  return value;
}

function inputOf(graph: Graph, { name, type }: ValueInfoProto, { batch = 1, shapes = {} }: DecodeOptions): Value {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  if (!tensor) throw new GraphError(`input '${name}' is no tensor`);
  const stated = tensor.shape?.dim.map(({ value }, axis) => {
    const extent = value.case === 'dimValue' ? Number(value.value) : 0;
    return extent > 0 || axis > 0 ? extent : batch;
  });
  const shape = shapes[name] ?? stated;
  if (!shape?.every((extent) => Number.isSafeInteger(extent) && extent > 0)) {
    throw new GraphError(`input '${name}' leaves its shape free: state it`);
  }
  return input(graph, name, shape, elementTypeOf(tensor.elemType, name));
}

function constantOf(graph: Graph, name: string, { data, shape, type }: StoredTensor): Value {
  const value: Value = { graph, name: uniqueName(graph, name), type, shape, data };
  graph.constants.set(value.name, value);
  return value;
}

/**
 * Exporters store equal weights once and copy them by Identity: each copy becomes a weight of its own. So does what is
 * stored in half precision and read through a Cast.
 */
function withoutCopies(nodes: readonly NodeProto[], stored: Map<string, StoredTensor>): NodeProto[] {
  return nodes.filter((node) => {
    const [from, to] = [node.input[0], node.output[0]];
    const tensor = from === undefined ? undefined : stored.get(from);
    if (!tensor || to === undefined) return true;
    const copy = copyBy(node, tensor);
    if (copy) stored.set(to, copy);
    return !copy;
  });
}

function copyBy({ opType, attribute }: NodeProto, tensor: StoredTensor): StoredTensor | undefined {
  if (opType === 'Identity') return { ...tensor, data: tensor.data.slice() };
  const to = attribute.find(({ name }) => name === 'to')?.i;
  const widens = opType === 'Cast' && tensor.data instanceof Uint16Array && Number(to) === dataTypes.float32;
  return widens ? { ...tensor, type: 'float32', data: fromHalf(tensor.data as Uint16Array) } : undefined;
}

type Role = (graph: Graph, name: string, shape: Shape) => Value;

const layers = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'FusedMatMul', 'PRelu']);
const arithmetic = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** Which stored tensors are weights, judged by what reads them; all others are constants. */
function rolesOf(nodes: readonly NodeProto[], stored: ReadonlyMap<string, StoredTensor>): Map<string, Role> {
  const roles = new Map<string, Role>();
  for (const { opType, input: names } of nodes) {
    for (const [i, name] of names.entries()) {
      const tensor = stored.get(name);
      if (tensor?.type !== 'float32') continue;
      if (opType === 'BatchNormalization') roles.set(name, i < 3 ? parameter : buffer);
      else if (layers.has(opType) || (arithmetic.has(opType) && tensor.data.length > 1)) {
        if (!roles.has(name)) roles.set(name, parameter);
      }
    }
  }
  return roles;
}

function addNode(graph: Graph, values: Map<string, Value>, node: NodeProto, opset: number): void {
  const attributes: Record<string, StoredAttribute> = {};
  for (const attribute of node.attribute) attributes[attribute.name] = readAttribute(attribute);
  if (node.opType === 'Constant') {
    const [output = ''] = node.output;
    values.set(output, constantOf(graph, output, constantTensor(attributes)));
    return;
  }
  const stated: Call = {
    operator: node.opType,
    domain: isStandard(node.domain) ? '' : node.domain,
    inputs: node.input.map((name) => (name === '' ? undefined : found(values, name))),
    attributes,
    outputs: node.output.length,
  };
  const known = fold(stated);
  if (known?.elements.every(Number.isSafeInteger)) {
    values.set(node.output[0]!, constant(graph, BigInt64Array.from(known.elements, BigInt), known.shape, 'int64'));
    return;
  }
  const call = upgrade(stated, graph, opset);
  for (const [name, attribute] of Object.entries(call.attributes)) {
    if (typeof attribute === 'object' && ('tensor' in attribute || 'floats' in attribute)) {
      throw new GraphError(`attribute ${name} is not known`);
    }
  }
  const { operator, domain, inputs, outputs } = call;
  if (!inputs[0]) throw new GraphError('lacks its first input');
  const results = applyAll(graph, operator, inputs, call.attributes as Attributes, {
    domain,
    outputs,
    names: node.output.map((name) => name || operator),
  });
  for (const [i, result] of results.entries()) {
    // A damaged setting, such as a stride of 0, can come to anything.
    if (!result.shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
      throw new GraphError('its shapes do not fit');
    if (node.output[i]) values.set(node.output[i], result);
  }
}

function constantTensor({ value, value_float, value_int, value_floats, value_ints }: Record<string, StoredAttribute>) {
  const one = (attribute: StoredAttribute | undefined): StoredTensor | undefined => {
    if (typeof attribute === 'number') return { type: 'int64', shape: [], data: BigInt64Array.of(BigInt(attribute)) };
    if (typeof attribute !== 'object') return undefined;
    if (Array.isArray(attribute)) {
      return { type: 'int64', shape: [attribute.length], data: BigInt64Array.from(attribute, BigInt) };
    }
    if ('tensor' in attribute) return attribute.tensor;
    if ('float' in attribute) return { type: 'float32', shape: [], data: Float32Array.of(attribute.float) };
    if ('floats' in attribute) {
      return { type: 'float32', shape: [attribute.floats.length], data: Float32Array.from(attribute.floats) };
    }
    return undefined;
  };
  const tensor = one(value ?? value_float ?? value_int ?? value_floats ?? value_ints);
  if (!tensor) throw new GraphError('a constant of this kind is not known');
  return tensor;
}
