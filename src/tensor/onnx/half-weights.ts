import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { NodeProto, TensorProto } from 'onnx-buf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
} from 'onnx-buf';
import { toHalf } from '../half.js';
import { bytesOf, dataTypes } from './element-types.js';
import { sealed } from './seal.js';
import { readTensor } from './tensor-proto.js';

/**
 * The same model with its kernels and matrices stored in half precision, in half the space: a Cast of each gives the
 * float32 that the rest of the graph reads under the old name, and runtimes compute it once, when they load the model.
 * Biases, which are few, stay as they are, and so does what a half cannot hold: beyond ±65504.
 */
export function withHalfWeights(bytes: Uint8Array): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph } = model;
  if (!graph) return bytes;
  const casts: NodeProto[] = [];
  graph.initializer = graph.initializer.map((tensor) => {
    const halved = inHalves(tensor);
    if (!halved) return tensor;
    casts.push(castProto(halved.name, tensor.name));
    return halved;
  });
  graph.node.unshift(...casts);
  return sealed(toBinary(ModelProtoSchema, model));
}

function inHalves(proto: TensorProto): TensorProto | undefined {
  if (proto.dims.length < 2) return undefined;
  const { data } = readTensor(proto);
  if (!(data instanceof Float32Array)) return undefined;
  const halves = toHalf(data);
  if (halves.some((half) => (half & 0x7fff) >= 0x7c00)) return undefined;
  const name = `${proto.name} in half precision`;
  return create(TensorProtoSchema, { name, dims: proto.dims, dataType: dataTypes.float16, rawData: bytesOf(halves) });
}

const castProto = (from: string, to: string): NodeProto =>
  create(NodeProtoSchema, {
    name: `${to} as float32`,
    opType: 'Cast',
    input: [from],
    output: [to],
    attribute: [
      create(AttributeProtoSchema, {
        name: 'to',
        type: AttributeProto_AttributeType.INT,
        i: BigInt(dataTypes.float32),
      }),
    ],
  });
