import { create, toBinary } from '@bufbuild/protobuf';
import type { AttributeProto, TensorProto, ValueInfoProto } from 'onnx-buf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';

/** A float is written as a string of digits with a point, so that 1 and 1.0 differ. */
type AttributeValue = number | `${number}.${number}` | number[] | string | TensorProto | { floats: number[] };

export interface NodeText {
  readonly op: string;
  readonly in: string[];
  readonly out: string[];
  readonly attributes?: Record<string, AttributeValue>;
  readonly domain?: string;
}

export interface ModelText {
  readonly opset: number;
  /** Extents of the axes; a word is a free one. */
  readonly inputs: Record<string, (number | string)[]>;
  readonly nodes: NodeText[];
  readonly outputs: string[];
  readonly stored?: TensorProto[];
}

export const floatTensor = (name: string, dims: number[], floatData: number[]): TensorProto =>
  create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: TensorProto_DataType.FLOAT, floatData });

export const intTensor = (name: string, dims: number[], elements: number[]): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: TensorProto_DataType.INT64,
    int64Data: elements.map(BigInt),
  });

function attribute(name: string, value: AttributeValue): AttributeProto {
  const { INT, INTS, FLOAT, FLOATS, STRING, TENSOR } = AttributeProto_AttributeType;
  const of = (rest: object) => create(AttributeProtoSchema, { name, ...rest });
  if (typeof value === 'number') return of({ type: INT, i: BigInt(value) });
  if (typeof value === 'string') {
    if (/^-?\d+\.\d+$/.test(value)) return of({ type: FLOAT, f: Number(value) });
    return of({ type: STRING, s: new TextEncoder().encode(value) });
  }
  if (Array.isArray(value)) return of({ type: INTS, ints: value.map(BigInt) });
  if ('floats' in value) return of({ type: FLOATS, floats: value.floats });
  return of({ type: TENSOR, t: value });
}

function info(name: string, shape: (number | string)[] | undefined): ValueInfoProto {
  const dim = shape?.map((extent) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof extent === 'number' ? { case: 'dimValue', value: BigInt(extent) } : { case: 'dimParam', value: extent },
    }),
  );
  const value = create(TypeProto_TensorSchema, {
    elemType: TensorProto_DataType.FLOAT,
    ...(dim ? { shape: create(TensorShapeProtoSchema, { dim }) } : {}),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value } }),
  });
}

/** A model written out by hand, as exporters of another time or another kind write them. */
export function modelOf({ opset, inputs, nodes, outputs, stored = [] }: ModelText): Uint8Array {
  const graph = create(GraphProtoSchema, {
    name: 'by hand',
    input: Object.entries(inputs).map(([name, shape]) => info(name, shape)),
    output: outputs.map((name) => info(name, undefined)),
    initializer: stored,
    node: nodes.map(({ op, in: input, out: output, attributes = {}, domain = '' }) =>
      create(NodeProtoSchema, {
        opType: op,
        domain,
        input,
        output,
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    ),
  });
  const opsetImport = [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) })];
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 4n, opsetImport, graph }));
}
