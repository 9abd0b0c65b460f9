import type { AttributeProto } from 'onnx-buf';
import { AttributeProto_AttributeType } from 'onnx-buf';
import type { Attribute } from '../graph.js';
import { GraphError } from '../types.js';
import type { StoredTensor } from './tensor-proto.js';
import { readTensor } from './tensor-proto.js';

/** An attribute as models hold it: more kinds than graphs here have. */
export type StoredAttribute = Attribute | { readonly floats: readonly number[] } | { readonly tensor: StoredTensor };

// Integers beyond what a double holds exactly stand for "to the end".
const integer = (value: bigint): number =>
  Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)));

/** Throws a GraphError for kinds that no operator here has, such as the inner graph of a loop. */
export function readAttribute(proto: AttributeProto): StoredAttribute {
  const { INT, INTS, FLOAT, FLOATS, STRING, TENSOR } = AttributeProto_AttributeType;
  switch (proto.type) {
    case INT:
      return integer(proto.i);
    case INTS:
      return proto.ints.map(integer);
    case FLOAT:
      return { float: proto.f };
    case FLOATS:
      return { floats: proto.floats };
    case STRING:
      return new TextDecoder().decode(proto.s);
    case TENSOR:
      if (proto.t) return { tensor: readTensor(proto.t) };
  }
  throw new GraphError(`attribute ${proto.name} is of a kind (${proto.type}) that is not known`);
}
