import { TensorProto_DataType } from 'onnx-buf';
import type { ElementType, TensorData } from '../types.js';
import { GraphError } from '../types.js';

export const dataTypes: Readonly<Record<ElementType, number>> = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  int64: TensorProto_DataType.INT64,
  int32: TensorProto_DataType.INT32,
  uint8: TensorProto_DataType.UINT8,
  bool: TensorProto_DataType.BOOL,
};

export function elementTypeOf(dataType: number, name: string): ElementType {
  const found = Object.entries(dataTypes).find(([, code]) => code === dataType);
  if (!found)
    throw new GraphError(`tensor '${name}' has ONNX element type ${dataType}, which this engine does not know`);
  return found[0] as ElementType;
}

const arrays = {
  float32: Float32Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** Elements from little-endian bytes at any alignment. */
export function elementsOf(bytes: Uint8Array, type: ElementType): TensorData {
  // Not `slice`, which of a Buffer is the same memory.
  const copy = new Uint8Array(bytes);
  return new arrays[type](copy.buffer as ArrayBuffer, 0, copy.byteLength / arrays[type].BYTES_PER_ELEMENT);
}

export const bytesOf = (data: TensorData): Uint8Array<ArrayBuffer> =>
  new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
