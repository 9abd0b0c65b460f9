import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../src/errors.js';
import { writeWhole } from '../../src/files.js';
import { readCheckpoint, writeCheckpoint } from '../../src/train/checkpoint.js';
import { temporaryFolder } from '../temporary.js';

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof fs>();
  return { ...actual, writeSync: vi.fn(actual.writeSync) };
});

const base = temporaryFolder();
const progress = { epoch: 1, step: 0, steps: 9, lossSum: 0, best: null };

const failure = (work: () => void): InputError => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error('it went through');
};

describe('writeWhole', () => {
  afterEach(() => {
    vi.mocked(fs.writeSync).mockReset();
  });

  it('makes the folders, and writes text and bytes one after the other', () => {
    const file = join(base, 'a', 'b', 'c.txt');
    writeWhole(file, 'grün ', new Uint8Array([104, 105]), '');
    expect(readFileSync(file, 'utf8')).toBe('grün hi');
    expect(readdirSync(join(base, 'a', 'b'))).toEqual(['c.txt']);
  });

  it('goes on where the system wrote less than it was given', async () => {
    const { writeSync } = await vi.importActual<typeof fs>('node:fs');
    vi.mocked(fs.writeSync).mockImplementation(((handle: number, bytes: Uint8Array, at: number, length: number) =>
      writeSync(handle, bytes, at, Math.min(length, 3))) as typeof fs.writeSync);
    const file = join(base, 'pieces.txt');
    writeWhole(file, 'one piece after the other');
    expect(readFileSync(file, 'utf8')).toBe('one piece after the other');
  });

  it('on a full disk leaves what stood there, and nothing beside it', () => {
    const folder = join(base, 'full');
    const file = join(folder, 'checkpoint.bin');
    writeCheckpoint(file, progress, { weights: Float32Array.of(1, 2) });
    vi.mocked(fs.writeSync)
      .mockImplementationOnce(() => 1)
      .mockImplementation(() => {
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      });
    const { message } = failure(() => writeCheckpoint(file, progress, { weights: Float32Array.of(3, 4) }));
    expect(message).toMatch(/^cannot write .*checkpoint\.bin: ENOSPC: no space left.*unharmed$/);
    expect(readdirSync(folder)).toEqual(['checkpoint.bin']);
    const weights = new Float32Array(2);
    expect(readCheckpoint(file, { weights })).toEqual(progress);
    expect([...weights]).toEqual([1, 2]);
  });

  it('says in one line where a file stands in the way of a folder, or a folder in that of a file', () => {
    writeFileSync(join(base, 'file'), '');
    mkdirSync(join(base, 'folder', 'full'), { recursive: true });
    for (const place of [join(base, 'file', 'x.txt'), join(base, 'folder')]) {
      expect(failure(() => writeWhole(place, 'x')).message).toContain(`cannot write ${place}: `);
    }
    expect(readdirSync(base).some((name) => name.endsWith('.part'))).toBe(false);
  });
});

describe('a disk that is really full', () => {
  const disk = join(base, 'disk');
  let mounted = false;
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
    mounted = true;
  } catch {
    console.warn('left out the full disk: a small file system cannot be mounted here; it needs root on Linux');
  }
  afterAll(() => {
    if (mounted) execFileSync('umount', [disk]);
  });

  it.runIf(mounted)('keeps the checkpoint before', () => {
    const file = join(disk, 'checkpoint', 'checkpoint.bin');
    // 600 kB: the second, written beside the first, does not fit.
    const weights = new Float32Array(150_000).fill(1);
    writeCheckpoint(file, progress, { weights });
    const { message } = failure(() =>
      writeCheckpoint(file, { ...progress, epoch: 2 }, { weights: weights.map(() => 2) }),
    );
    expect(message).toMatch(/cannot write .*checkpoint\.bin: ENOSPC/);
    expect(readdirSync(join(disk, 'checkpoint'))).toEqual(['checkpoint.bin']);
    expect(readCheckpoint(file, { weights }).epoch).toBe(1);
    expect(weights.every((value) => value === 1)).toBe(true);
  });
});
