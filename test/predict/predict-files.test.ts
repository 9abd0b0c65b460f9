import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as runtime from 'onnxruntime-node';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { imm58 } from '../../src/data/markups/imm58.js';
import { encodeMetadata } from '../../src/data/model-metadata.js';
import { InputError } from '../../src/errors.js';
import { type Box, boxAround } from '../../src/image/box.js';
import { decodePicture } from '../../src/image/decode.js';
import { ahead } from '../../src/predict/ahead.js';
import { detect, openDetector } from '../../src/predict/detector.js';
import { findModel, readModel } from '../../src/predict/find-model.js';
import { predictFiles } from '../../src/predict/predict-files.js';
import { randomFor } from '../../src/random.js';
import { drawPerson, drawPose, facePoints, faceSvg } from '../made-face.js';
import { temporaryFolder } from '../temporary.js';
import { untrained } from './made-models.js';

const folder = temporaryFolder();
const size = { width: 160, height: 120 };

function opened() {
  const input = { channels: 3 as const, height: 64, width: 64 };
  const metadata = encodeMetadata({
    format: 1,
    name: 'untrained',
    markup: imm58,
    input: { ...input, crop: { kind: 'box', factor: 1.3 }, mean: 0.5, deviation: 1 },
    terms: 'none',
    recipe: {},
  });
  const model = untrained({ model: { name: 'resnet18', channels: 8 }, input, points: 58 }, metadata);
  return openDetector(model, 'untrained.onnx', runtime);
}

/** A drawn face as a PNG at so many times the size, and its box there. */
async function madeFace(seed: number, scale = 1): Promise<{ picture: string; box: Box }> {
  const person = drawPerson(randomFor(seed, 'person'));
  const pose = drawPose(randomFor(seed, 'pose'), 1);
  const picture = join(folder, `${seed}-${scale}.png`);
  const svg = faceSvg(person, pose, size.width * scale, size.height * scale);
  writeFileSync(picture, await sharp(Buffer.from(svg)).png().toBuffer());
  const box = boxAround(facePoints(person, pose, size.height * scale).flat());
  return { picture, box };
}

describe('predictFiles', () => {
  it('answers many faces in their order, as one at a time would be answered, and leaves out what is at fault', async () => {
    const detector = await opened();
    const text = join(folder, 'text.jpg');
    writeFileSync(text, 'no picture');
    const made = await Promise.all(Array.from({ length: 19 }, (_, i) => madeFace(i)));
    const faces = made.flatMap(({ picture, box }, i) => [
      ...(i % 5 === 3 ? [{ picture: text }] : []),
      { picture, box },
      ...(i % 4 === 1 ? [{ picture, box: { ...box, left: 1000 } }, { picture }] : []),
    ]);
    const problems: string[] = [];
    const told: number[] = [];
    const found = await predictFiles(detector, faces, {
      onProblem: ({ message }) => problems.push(message),
      onFace: (done) => told.push(done),
    });
    expect(found.length).toBe(faces.length);
    expect(problems.length).toBe(4 + 5);
    expect(problems.filter((problem) => /text\.jpg: is not a picture/.test(problem)).length).toBe(4);
    expect(problems.filter((problem) => /\.png: the box 1000,.* lies wholly outside/.test(problem)).length).toBe(5);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(faces.length);
    for (const [i, face] of faces.entries()) {
      if (face.picture === text || (face as { box?: Box }).box?.left === 1000) {
        expect(found[i]).toBe(undefined);
        continue;
      }
      const picture = await decodePicture(face.picture, { channels: 3 });
      const box = (face as { box?: Box }).box ?? { left: 0, top: 0, ...size };
      const [alone] = await detect(detector, [{ picture, box }]);
      expect(found[i]!.box).toEqual(box);
      for (const [k, value] of alone!.points.entries()) expect(found[i]!.points[k]).toBeCloseTo(value, 2);
    }
    await expect(predictFiles(detector, faces)).rejects.toThrow(InputError);
    await detector.inference.release();
  });

  it.each([
    ['an untrained network that looks at boxes', opened],
    ['face58', () => openDetector(readModel(findModel('face58')), 'face58', runtime)],
  ])('%s finds the same in a face of four times the size, to half a percent of the box', async (_, open) => {
    const detector = await open();
    for (const seed of [1, 2, 3]) {
      const faces = await Promise.all([madeFace(seed, 4), madeFace(seed, 16)]);
      const [small, large] = (await predictFiles(detector, faces)) as { points: Float32Array; box: Box }[];
      const side = Math.max(large!.box.width, large!.box.height);
      const far = Array.from(large!.points, (value, k) => Math.abs(value + 0.5 - 4 * (small!.points[k]! + 0.5)));
      expect(Math.max(...far) / side).toBeLessThan(0.005);
    }
    await detector.inference.release();
  });
});

describe('ahead', () => {
  it('works ahead as far as it may, gives results in order, and fails where its item comes', async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, item % 3 === 0 ? 8 : 1));
      running--;
      if (item === 9) throw new Error('nine');
      return item;
    };
    const given: number[] = [];
    const all = async () => {
      for await (const item of ahead(
        Array.from({ length: 12 }, (_, i) => i),
        4,
        work,
      ))
        given.push(item);
    };
    await expect(all()).rejects.toThrow('nine');
    expect(given).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(4);
  });
});
