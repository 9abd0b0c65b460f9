import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError, reason } from './errors.js';

/**
 * Writes a file whole or not at all: beside its place first, then renamed into it, so that a full disk or a kill leaves
 * what stood there before. Throws an InputError that names the file.
 */
export function writeWhole(file: string, ...parts: readonly (string | Uint8Array)[]): void {
  const beside = `${file}.${process.pid}.part`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(beside, 'w');
    try {
      for (const part of parts) writeFully(handle, typeof part === 'string' ? new TextEncoder().encode(part) : part);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, file);
  } catch (error) {
    removeIfThere(beside);
    throw new InputError(`cannot write ${file}: ${reason(error)}; what stood there before is unharmed`);
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Where it cannot even be looked for, such as below a file, it is not there.
  }
}

function writeFully(handle: number, bytes: Uint8Array): void {
  // writeSync may write less than it was given, and refuses over 2 GiB at once.
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, Math.min(bytes.length - at, 2 ** 30));
}
