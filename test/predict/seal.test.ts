import fc from 'fast-check';
import * as runtime from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { chooseMarkup } from '../../src/data/choose-points.js';
import { imm58 } from '../../src/data/markups/imm58.js';
import { encodeMetadata } from '../../src/data/model-metadata.js';
import { InputError } from '../../src/errors.js';
import { openDetector } from '../../src/predict/detector.js';
import { withHalfWeights } from '../../src/tensor/onnx/half-weights.js';
import { sealed } from '../../src/tensor/onnx/seal.js';
import { untrained } from './made-models.js';

const input = { channels: 1, height: 80, width: 60 } as const;
const metadata = {
  format: 1,
  ...{ name: 'made', markup: chooseMarkup(imm58, [52]), chosen: [52], terms: 'none', recipe: {} },
  input: { ...input, crop: { kind: 'picture' }, mean: 0.5, deviation: 1 },
} as const;
const model = sealed(untrained({ model: { name: 'cnn1', channels: 4 }, input, points: 1 }, encodeMetadata(metadata)));
const picture = Float32Array.from({ length: 80 * 60 }, (_, i) => Math.sin(i));

async function answer(bytes: Uint8Array): Promise<number[]> {
  const { inference } = await openDetector(bytes, 'made.onnx', runtime);
  const { points } = await inference.run(picture, [1, 1, 80, 60]);
  await inference.release();
  return [...points!];
}

describe('a sealed model', () => {
  it('with a byte changed anywhere is refused, or answers as before', async () => {
    const whole = await answer(model);
    await fc.assert(
      fc.asyncProperty(fc.nat(model.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = model.slice();
        changed[at]! ^= change;
        const result = await answer(changed).catch((error: unknown) => error);
        if (result instanceof InputError) expect(result.message).toContain('made.onnx');
        else expect(result).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where a weight differs, which nothing else would see', async () => {
    const changed = model.slice();
    // In the middle are weights.
    changed[changed.length >> 1]! ^= 1;
    await expect(answer(changed)).rejects.toThrow(/made\.onnx: is damaged, or was changed.*checksum/);
  });

  it('is sealed again when its weights are stored in half precision', async () => {
    const halved = withHalfWeights(model);
    await answer(halved);
    halved[halved.length >> 1]! ^= 1;
    await expect(answer(halved)).rejects.toThrow('checksum');
  });
});
