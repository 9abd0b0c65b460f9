import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { InputError, reason } from '../../errors.js';
import { checkSeal } from './seal.js';

/**
 * The metadata entries of an ONNX model. Throws an InputError that names `source` for bytes that are no model, or not those
 * that its checksum is of.
 */
export function readMetadata(bytes: Uint8Array, source: string): Record<string, string> {
  const metadata = entries(bytes, source);
  checkSeal(bytes, metadata, source);
  return metadata;
}

function entries(bytes: Uint8Array, source: string): Record<string, string> {
  try {
    const { metadataProps } = fromBinary(ModelProtoSchema, bytes);
    return Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]));
  } catch (error) {
    throw new InputError(`${source}: is no ONNX model, or a damaged one (${reason(error)}); export or copy it anew`);
  }
}
