import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { type Progress, readCheckpoint, writeCheckpoint } from '../../src/train/checkpoint.js';
import { temporaryFolder } from '../temporary.js';

const base = temporaryFolder();
const progress: Progress = { epoch: 3, step: 2, steps: 17, lossSum: 0.1 + 0.2, best: { epoch: 2, loss: 1 / 3 } };
const arrays = () => ({
  parameters: Float32Array.from([1, -0, 1e-45, 3.4e38, Number.NaN]),
  buffers: Float32Array.from([0.1]),
  'optimiser first': new Float32Array(5),
});
const empty = () => ({
  parameters: new Float32Array(5),
  buffers: new Float32Array(1),
  'optimiser first': new Float32Array(5),
});

const file = join(base, 'checkpoint.bin');
writeCheckpoint(file, progress, arrays());
const whole = readFileSync(file);

/** The message of the InputError that reading these bytes must give. */
function refusal(bytes: Uint8Array): string {
  const broken = join(base, 'broken.bin');
  writeFileSync(broken, bytes);
  try {
    readCheckpoint(broken, empty());
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as InputError;
    expect(message.startsWith(broken)).toBe(true);
    expect(message.includes('\n')).toBe(false);
    return message;
  }
  throw new Error('damage was read as if it were whole');
}

describe('a checkpoint', () => {
  it('gives back what was written, bit for bit', () => {
    const read = empty();
    expect(readCheckpoint(file, read)).toEqual(progress);
    expect(read).toEqual(arrays());
    expect(Object.is(read.parameters[1], -0)).toBe(true);
  });

  it('is read by name, not by the order of the arrays', () => {
    const { parameters, buffers, ...rest } = empty();
    const read = { ...rest, buffers, parameters };
    readCheckpoint(file, read);
    expect(read).toEqual(arrays());
  });

  it('keeps a training that has no best epoch yet', () => {
    const early = join(base, 'early.bin');
    writeCheckpoint(early, { ...progress, best: null }, arrays());
    expect(readCheckpoint(early, empty()).best).toBeNull();
  });

  it('that is missing, or a folder, is named', () => {
    expect(() => readCheckpoint(join(base, 'none.bin'), empty())).toThrow(
      /none\.bin: there is no checkpoint to resume/,
    );
    mkdirSync(join(base, 'folder.bin'));
    expect(() => readCheckpoint(join(base, 'folder.bin'), empty())).toThrow(InputError);
    rmSync(join(base, 'folder.bin'), { recursive: true });
  });

  it('of another network is refused, and leaves the arrays as they were', () => {
    const other = { ...empty(), parameters: new Float32Array(6).fill(7) };
    expect(() => readCheckpoint(file, other)).toThrow(/holds 5 numbers of parameters where 6 are needed/);
    expect(() => readCheckpoint(file, { ...empty(), extra: new Float32Array(2) })).toThrow(/no numbers of extra/);
    const { buffers, ...fewer } = other;
    expect(() => readCheckpoint(file, { ...fewer, parameters: new Float32Array(5) })).toThrow(
      /1 numbers of buffers where none/,
    );
    expect(other.parameters.every((value) => value === 7)).toBe(true);
    expect(buffers[0]).toBe(0);
  });

  it('that was cut anywhere is refused in one line', () => {
    for (let length = 0; length < whole.length; length++) refusal(whole.subarray(0, length));
  });

  it('with any byte changed, added or removed is refused in one line', () => {
    const place = fc.nat(whole.length - 1);
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(whole);
        bytes[at] = bytes[at]! ^ change;
        refusal(bytes);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(place, fc.nat(20), fc.uint8Array({ minLength: 1, maxLength: 20 }), (at, removed, added) => {
        const bytes = Buffer.concat([whole.subarray(0, at), added, whole.subarray(at + removed)]);
        fc.pre(!bytes.equals(whole));
        refusal(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('is not taken for one where the file is something else', () => {
    expect(refusal(Buffer.from('{}'))).toContain('is no checkpoint');
    expect(refusal(Buffer.from('fiducial checkpoint 1\n{}\n'))).toContain('is no checkpoint');
  });
});
