import { readFileSync } from 'node:fs';

/** An event as its file holds it. */
export interface ReadEvent {
  readonly time: number;
  readonly step: number;
  readonly version?: string;
  readonly values: Readonly<Record<string, number>>;
}

/**
 * Reads an event file of TensorBoard by the format's description (TFRecord, protocol buffers' encoding), sharing nothing with
 * what writes it. Throws where a record is cut short or a checksum is wrong.
 */
export function readEvents(file: string): ReadEvent[] {
  const bytes = readFileSync(file);
  const events: ReadEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    check(bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8));
    const data = bytes.subarray(at + 12, at + 12 + length);
    check(data, bytes.readUInt32LE(at + 12 + length));
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

function check(data: Uint8Array, stored: number): void {
  const unmasked = (stored - 0xa282ead8) >>> 0;
  const crc = ((unmasked >>> 17) | (unmasked << 15)) >>> 0;
  // Bit by bit, as the polynomial is defined; 0xffffffff before and after.
  let sum = 0xffffffff;
  for (const byte of data) {
    for (let bit = 0; bit < 8; bit++) {
      const odd = ((sum ^ (byte >> bit)) & 1) === 1;
      sum = (sum >>> 1) ^ (odd ? 0x82f63b78 : 0);
    }
  }
  if ((sum ^ 0xffffffff) >>> 0 !== crc) throw new Error(`a checksum is ${crc}, not ${(sum ^ 0xffffffff) >>> 0}`);
}

function readEvent(data: Buffer): ReadEvent {
  const fields = readFields(data);
  const values: Record<string, number> = {};
  for (const summary of fields.filter(({ number }) => number === 5)) {
    for (const { bytes } of readFields(summary.bytes)) {
      const value = readFields(bytes);
      const tag = value.find(({ number }) => number === 1)!.bytes.toString();
      values[tag] = value.find(({ number }) => number === 2)!.bytes.readFloatLE();
    }
  }
  const version = fields.find(({ number }) => number === 3)?.bytes.toString();
  return {
    time: fields.find(({ number }) => number === 1)!.bytes.readDoubleLE(),
    step: fields.find(({ number }) => number === 2)?.varint ?? 0,
    values,
    ...(version === undefined ? {} : { version }),
  };
}

/** The fields of a message: wire types 0 (a number), 1 (8 bytes), 2 (a length and as many bytes) and 5 (4 bytes). */
function readFields(data: Buffer) {
  const fields: { number: number; varint: number; bytes: Buffer }[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = data[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < data.length) {
    const key = varint();
    const type = key & 7;
    const number = type === 0 ? varint() : 0;
    const length = type === 0 ? 0 : type === 1 ? 8 : type === 5 ? 4 : varint();
    fields.push({ number: key >> 3, varint: number, bytes: data.subarray(at, at + length) });
    at += length;
  }
  return fields;
}
