import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { InputError, reason } from '../errors.js';
import { writeWhole } from '../files.js';

const count = z.int().min(0);

const progressSchema = z.object({
  /** Epochs done. */
  epoch: count,
  /** Steps done of the epoch under way. */
  step: count,
  /** Steps done in all. */
  steps: count,
  /** Sum of the losses of the epoch under way. */
  lossSum: z.number(),
  best: z.object({ epoch: count, loss: z.number() }).nullable(),
});

const headSchema = z.object({ progress: progressSchema, sizes: z.record(z.string(), count) });

/** Where a training stands: what is needed to go on as if it had never stopped. */
export type Progress = Readonly<z.infer<typeof progressSchema>>;

/** Then, each on a line: SHA-256 of all that follows, and a head of JSON; then the arrays. */
const magic = 'fiducial checkpoint 2\n';
const digestLength = 64;

/** Writes progress and arrays as one file, whole or not at all. */
export function writeCheckpoint(
  file: string,
  progress: Progress,
  arrays: Readonly<Record<string, Float32Array>>,
): void {
  const sizes = Object.fromEntries(Object.entries(arrays).map(([name, { length }]) => [name, length]));
  const head = `${JSON.stringify({ progress, sizes })}\n`;
  const parts = Object.values(arrays).map((data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  writeWhole(file, magic, `${digest([head, ...parts])}\n`, head, ...parts);
}

/**
 * Reads a checkpoint into the arrays given, or throws an InputError that names the file where it is missing, damaged or
 * of other sizes; then the arrays are as they were.
 */
export function readCheckpoint(file: string, arrays: Readonly<Record<string, Float32Array>>): Progress {
  const { progress, numbers } = open(file);
  for (const [name, { byteLength }] of numbers) {
    if (!(name in arrays))
      throw unusable(file, `holds ${countOf(byteLength)} numbers of ${name} where none are needed`);
  }
  fill(file, arrays, numbers);
  return progress;
}

/**
 * Reads the weights that a checkpoint's run would ship, the moving average where it has one, into the arrays given; throws as
 * {@link readCheckpoint} does.
 */
export function readShipped(file: string, arrays: Readonly<Record<'parameters' | 'buffers', Float32Array>>): void {
  const { numbers } = open(file);
  const shipped = Object.keys(arrays).map(
    (name) => [name, numbers.get(`average ${name}`) ?? numbers.get(name)] as const,
  );
  fill(file, arrays, new Map(shipped));
}

/** How far the training of a checkpoint is; throws as {@link readCheckpoint} does. */
export const readProgress = (file: string): Progress => open(file).progress;

/** A checkpoint that is whole, and the bytes of its arrays by name. */
function open(file: string) {
  const bytes = read(file);
  if (bytes.toString('latin1', 0, magic.length) !== magic) {
    throw unusable(file, 'is no checkpoint that this version of fiducial can read');
  }
  const body = bytes.subarray(magic.length + digestLength + 1);
  if (bytes.toString('latin1', magic.length, magic.length + digestLength + 1) !== `${digest([body])}\n`) {
    throw unusable(file, 'the checkpoint is damaged or cut short');
  }
  const headEnd = body.indexOf('\n');
  const { progress, sizes } = headSchema.parse(JSON.parse(body.toString('utf8', 0, headEnd)));
  const numbers = new Map<string, Uint8Array>();
  let start = headEnd + 1;
  for (const [name, size] of Object.entries(sizes)) {
    const end = start + size * Float32Array.BYTES_PER_ELEMENT;
    numbers.set(name, body.subarray(start, end));
    start = end;
  }
  return { progress, numbers };
}

const countOf = (bytes: number) => bytes / Float32Array.BYTES_PER_ELEMENT;

/** Fills all arrays, or none where one is missing or of another size. */
function fill(
  file: string,
  arrays: Readonly<Record<string, Float32Array>>,
  numbers: ReadonlyMap<string, Uint8Array | undefined>,
): void {
  for (const [name, { length, byteLength }] of Object.entries(arrays)) {
    const held = numbers.get(name)?.byteLength;
    if (held === byteLength) continue;
    throw unusable(
      file,
      `holds ${held === undefined ? 'no' : countOf(held)} numbers of ${name} where ${length} are needed`,
    );
  }
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(arrays)) {
    new Uint8Array(buffer, byteOffset, byteLength).set(numbers.get(name)!);
  }
}

const unusable = (file: string, what: string) => new InputError(`${file}: ${what}; train anew, with another --out`);

function read(file: string): Buffer {
  if (!existsSync(file)) throw new InputError(`${file}: there is no checkpoint to resume from; start without --resume`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${reason(error)}`);
  }
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
