import { closeSync, openSync, readSync } from 'node:fs';

/** The first 4 kB of a file, byte by byte (ISO-8859-1), to tell formats apart. Throws what the file system does. */
export function startOf(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const head = Buffer.alloc(4096);
    return head.toString('latin1', 0, readSync(handle, head));
  } finally {
    closeSync(handle);
  }
}
