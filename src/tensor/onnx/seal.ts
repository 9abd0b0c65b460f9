import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, StringStringEntryProtoSchema } from 'onnx-buf';
import { crc32c } from '../../crc32c.js';
import { InputError } from '../../errors.js';

const key = 'fiducial.crc32c';

/**
 * The same model with a checksum as its last metadata entry, of all bytes before it: a byte that changes among the weights
 * would be seen by nothing else. A message may be appended to another of its type, and is then part of it.
 */
export function sealed(model: Uint8Array): Uint8Array {
  const body = withoutSeal(model);
  const entry = entryOf(body);
  const whole = new Uint8Array(body.length + entry.length);
  whole.set(body);
  whole.set(entry, body.length);
  return whole;
}

function withoutSeal(bytes: Uint8Array): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const others = model.metadataProps.filter((entry) => entry.key !== key);
  if (others.length === model.metadataProps.length) return bytes;
  model.metadataProps = others;
  return toBinary(ModelProtoSchema, model);
}

/**
 * Throws an InputError that names `source` for a model whose bytes are not those that were sealed; one without a checksum
 * is taken as it is.
 * @param metadata its entries
 */
export function checkSeal(model: Uint8Array, metadata: Readonly<Record<string, string>>, source: string): void {
  if (!(key in metadata)) return;
  const length = entryOf(new Uint8Array(0)).length;
  const body = model.subarray(0, -length);
  const entry = entryOf(body);
  if (entry.every((byte, i) => byte === model[body.length + i])) return;
  throw new InputError(
    `${source}: is damaged, or was changed since it was written: its checksum differs; copy or export it again (or, if the change is meant, remove the metadata entry ${key})`,
  );
}

function entryOf(bytes: Uint8Array): Uint8Array {
  const value = crc32c(bytes).toString(16).padStart(8, '0');
  const metadataProps = [create(StringStringEntryProtoSchema, { key, value })];
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { metadataProps }));
}
