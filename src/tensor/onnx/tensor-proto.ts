import type { TensorProto } from 'onnx-buf';
import { TensorProto_DataLocation } from 'onnx-buf';
import type { ElementType, Shape, TensorData } from '../types.js';
import { GraphError, showShape, sizeOf } from '../types.js';
import { elementsOf, elementTypeOf } from './element-types.js';

export interface StoredTensor {
  readonly type: ElementType;
  readonly shape: Shape;
  readonly data: TensorData;
}

/** The elements of a stored tensor, whichever of the fields ONNX allows holds them. Throws a GraphError where they do not fit its shape. */
export function readTensor(proto: TensorProto): StoredTensor {
  const { name, rawData } = proto;
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw new GraphError(`tensor '${name}' is stored in a file of its own; save the model as one file`);
  }
  const type = elementTypeOf(proto.dataType, name);
  const shape = proto.dims.map(Number);
  const data = rawData.length > 0 ? elementsOf(rawData, type) : listed(proto, type);
  if (data.length !== sizeOf(shape) || !shape.every((extent) => extent >= 0)) {
    throw new GraphError(`tensor '${name}' of shape ${showShape(shape)} holds ${data.length} elements`);
  }
  return { type, shape, data };
}

function listed({ floatData, int32Data, int64Data }: TensorProto, type: ElementType): TensorData {
  switch (type) {
    case 'float32':
      return Float32Array.from(floatData);
    case 'int64':
      return BigInt64Array.from(int64Data);
    case 'int32':
      return Int32Array.from(int32Data);
    case 'float16':
      return Uint16Array.from(int32Data);
    default:
      return Uint8Array.from(int32Data);
  }
}
