import { create, toBinary } from '@bufbuild/protobuf';
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from 'onnx-buf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_SequenceSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { Attribute, Node, Value } from '../graph.js';
import { operatorNamed } from '../operator.js';
import type { Shape, TensorData } from '../types.js';
import { GraphError } from '../types.js';
import { bytesOf, dataTypes } from './element-types.js';

/** The ONNX operator set that graphs are written in. */
export const opset = 18;

export interface EncodeOptions {
  /** Parameters and buffers to store inside the model; what is left without a producer becomes the model's inputs. */
  readonly weights?: ReadonlyMap<Value, TensorData>;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Names for the outputs, instead of the values' own. */
  readonly outputNames?: readonly string[];
  /**
   * The name of the first axis of the graph's inputs and of outputs that may take any extent; where absent shapes are written
   * as they are.
   */
  readonly freeBatch?: string;
  /** Inputs whose shape is left out of the model. */
  readonly shapeless?: readonly Value[];
  /** The name of one more output, before all others: an empty sequence of tensors. */
  readonly emptySequence?: string;
}

export interface Encoded {
  readonly bytes: Uint8Array;
  /** What must be fed, in order. */
  readonly inputs: readonly Value[];
}

/** Writes the part of a graph that the outputs depend on as an ONNX model. */
export function encodeModel(outputs: readonly Value[], options: EncodeOptions = {}): Encoded {
  const { weights = new Map(), metadata = {}, outputNames, freeBatch, shapeless = [], emptySequence } = options;
  const nodes = nodesFor(outputs);
  const used = new Set<Value>(outputs);
  for (const node of nodes) for (const value of node.inputs) if (value) used.add(value);
  const leaves = [...used].filter((value) => !value.producer);
  const constants = leaves.filter(({ data }) => data);
  const stored = leaves.filter((value) => weights.has(value));
  const inputs = leaves.filter((value) => !value.data && !weights.has(value));
  // A node can give its value one name only, an input or constant has its own: further names are copies.
  const renamed = new Map<Value, string>();
  const copies: NodeProto[] = [];
  const outputInfos = outputs.map((value, i) => {
    const name = outputNames?.[i] ?? value.name;
    if (value.producer && !renamed.has(value)) renamed.set(value, name);
    else if (renamed.get(value) !== name && (value.producer || value.name !== name)) {
      copies.push(copyProto(renamed.get(value) ?? value.name, name));
    }
    return info(value, name, shapeProto(value.shape, freeBatch));
  });
  const nameOf = (value: Value) => renamed.get(value) ?? value.name;
  const domains = [...new Set(nodes.map(({ domain }) => domain))].filter((domain) => domain !== '');

  const graph = create(GraphProtoSchema, {
    name: 'fiducial',
    // What never changes are nodes, what was learnt are initialisers: so that the two can be told apart again.
    node: [
      ...constants.map(constantProto),
      ...inFileOrder(nodes).map((node, i) => nodeProto(node, i, used, nameOf)),
      ...copies,
      ...(emptySequence ? [sequenceProto(emptySequence)] : []),
    ],
    input: inputs.map((value) => {
      const free = value.graph.inputs.includes(value) ? freeBatch : undefined;
      return info(value, value.name, shapeless.includes(value) ? undefined : shapeProto(value.shape, free));
    }),
    output: [...(emptySequence ? [sequenceInfo(emptySequence)] : []), ...outputInfos],
    initializer: stored.map((value) => tensor(value, weights.get(value)!)),
  });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'fiducial',
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) }),
      ...domains.map((domain) => create(OperatorSetIdProtoSchema, { domain, version: 1n })),
    ],
    graph,
    metadataProps: Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
  });
  return { bytes: toBinary(ModelProtoSchema, model), inputs };
}

/**
 * The same nodes with those that no other needs at the end, the last first. ONNX Runtime starts from these, from the end of
 * the file, and computes for each what it still lacks. So the gradients of the last layer are computed, and what they
 * need forgotten, before those of the layer before, as here; in the order here it would leave them all to the end.
 */
function inFileOrder(nodes: readonly Node[]): readonly Node[] {
  const needed = new Set(nodes.flatMap(({ inputs }) => inputs.map((value) => value?.producer)));
  return [...nodes.filter((node) => needed.has(node)), ...nodes.filter((node) => !needed.has(node)).reverse()];
}

/** The nodes that the outputs depend on, in order of execution. */
export function nodesFor(outputs: readonly Value[]): Node[] {
  const needed = new Set<Node>();
  const waiting = [...outputs];
  for (let value = waiting.pop(); value; value = waiting.pop()) {
    const { producer } = value;
    if (!producer || needed.has(producer)) continue;
    needed.add(producer);
    for (const source of producer.inputs) if (source) waiting.push(source);
  }
  return outputs[0] ? outputs[0].graph.nodes.filter((node) => needed.has(node)) : [];
}

function nodeProto(node: Node, index: number, used: ReadonlySet<Value>, nameOf: (value: Value) => string) {
  const lastUsed = operatorNamed(node.operator, node.domain).sparesOutputs
    ? node.outputs.findLastIndex((output) => used.has(output))
    : node.outputs.length - 1;
  return create(NodeProtoSchema, {
    name: `${node.operator}_${index}`,
    opType: node.operator,
    domain: node.domain,
    input: node.inputs.map((value) => (value ? value.name && nameOf(value) : '')),
    output: node.outputs.slice(0, lastUsed + 1).map(nameOf),
    attribute: Object.entries(node.attributes).map(([name, value]) => attribute(name, value)),
  });
}

const constantProto = (value: Value) =>
  create(NodeProtoSchema, {
    name: value.name,
    opType: 'Constant',
    output: [value.name],
    attribute: [
      create(AttributeProtoSchema, {
        name: 'value',
        type: AttributeProto_AttributeType.TENSOR,
        t: tensor(value, value.data!),
      }),
    ],
  });

const copyProto = (from: string, to: string) =>
  create(NodeProtoSchema, { name: `copy to ${to}`, opType: 'Identity', input: [from], output: [to] });

const sequenceProto = (name: string) => create(NodeProtoSchema, { name, opType: 'SequenceEmpty', output: [name] });

function sequenceInfo(name: string): ValueInfoProto {
  const tensorType = create(TypeProto_TensorSchema, { elemType: dataTypes.float32 });
  const elemType = create(TypeProtoSchema, { value: { case: 'tensorType', value: tensorType } });
  const sequenceType = create(TypeProto_SequenceSchema, { elemType });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'sequenceType', value: sequenceType } }),
  });
}

function attribute(name: string, value: Attribute): AttributeProto {
  const { INT, INTS, FLOAT, STRING } = AttributeProto_AttributeType;
  if (typeof value === 'number') {
    if (!Number.isInteger(value))
      throw new GraphError(`attribute ${name}: ${value} is no integer; wrap it with float()`);
    return create(AttributeProtoSchema, { name, type: INT, i: BigInt(value) });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: STRING, s: new Uint8Array(new TextEncoder().encode(value)) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: INTS, ints: value.map(BigInt) });
}

const dimension = (extent: number) =>
  create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(extent) } });

function shapeProto(shape: Shape, freeBatch: string | undefined) {
  const dim = shape.map(dimension);
  if (freeBatch !== undefined && shape.length > 0) {
    dim[0] = create(TensorShapeProto_DimensionSchema, { value: { case: 'dimParam', value: freeBatch } });
  }
  return create(TensorShapeProtoSchema, { dim });
}

function info(value: Value, name: string, shape: ReturnType<typeof shapeProto> | undefined): ValueInfoProto {
  const tensorType = create(TypeProto_TensorSchema, {
    elemType: dataTypes[value.type],
    ...(shape ? { shape } : {}),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensorType } }),
  });
}

const tensor = (value: Value, data: TensorData): TensorProto =>
  create(TensorProtoSchema, {
    name: value.name,
    dims: value.shape.map(BigInt),
    dataType: dataTypes[value.type],
    rawData: bytesOf(data),
  });
