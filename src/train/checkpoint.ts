import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../errors.js';
import { writeWhole } from '../files.js';

/** Where a training stands: what is needed to go on as if it had never stopped. */
export interface Progress {
  /** Epochs done. */
  readonly epoch: number;
  /** Steps done of the epoch under way. */
  readonly step: number;
  /** Steps done in all. */
  readonly steps: number;
  /** Sum of the losses of the epoch under way. */
  readonly lossSum: number;
  readonly best: { readonly epoch: number; readonly loss: number } | null;
}

const magic = 'fiducial checkpoint 1\n';

/** Writes progress and arrays as one file, whole or not at all. */
export function writeCheckpoint(
  file: string,
  progress: Progress,
  arrays: Readonly<Record<string, Float32Array>>,
): void {
  const sizes = Object.fromEntries(Object.entries(arrays).map(([name, { length }]) => [name, length]));
  const parts = Object.values(arrays).map((data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  writeWhole(file, magic, `${JSON.stringify({ progress, sizes })}\n`, ...parts);
}

/**
 * Reads a checkpoint into the arrays given. Throws an InputError where the file is missing, cut short or of other sizes.
 */
export function readCheckpoint(file: string, arrays: Readonly<Record<string, Float32Array>>): Progress {
  if (!existsSync(file)) throw new InputError(`${file}: there is no checkpoint to resume from; start without --resume`);
  const bytes = readFileSync(file);
  const headEnd = bytes.indexOf('\n', magic.length);
  const broken = (what: string) => new InputError(`${file}: ${what}; start again without --resume`);
  if (bytes.toString('latin1', 0, magic.length) !== magic || headEnd < 0) throw broken('is no checkpoint of fiducial');
  const head = JSON.parse(bytes.toString('utf8', magic.length, headEnd)) as {
    progress: Progress;
    sizes: Record<string, number>;
  };
  let offset = headEnd + 1;
  for (const [name, data] of Object.entries(arrays)) {
    if (head.sizes[name] !== data.length) {
      throw broken(`holds ${head.sizes[name] ?? 'no'} numbers of ${name} where ${data.length} are needed`);
    }
    const part = bytes.subarray(offset, offset + data.byteLength);
    if (part.length < data.byteLength) throw broken(`is cut short in ${name}`);
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(part);
    offset += data.byteLength;
  }
  return head.progress;
}
