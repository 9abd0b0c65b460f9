import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import * as node from 'onnxruntime-node';
import * as ort from 'onnxruntime-web';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src/image/decode.js';
import { pictureFromImageData } from '../../src/image/image-data.js';
import { detect, openDetector } from '../../src/predict/detector.js';
import { findModel, readModel } from '../../src/predict/find-model.js';
import { madePicture, makeImm } from '../made-imm.js';
import { root } from '../package/installed.js';
import { temporaryFolder } from '../temporary.js';

ort.env.wasm.numThreads = 1;

const base = temporaryFolder();
const bundle = join(root, 'dist/web.bundle.js');

describe('a picture from a canvas', () => {
  it('is that which the file holds, in grey and in colour', async () => {
    const file = join(base, 'noise.png');
    const noise = Uint8Array.from({ length: 3 * 20 * 10 }, (_, i) => (i * 7919 + (i >> 3) * 31) % 256);
    await sharp(noise, { raw: { width: 20, height: 10, channels: 3 } })
      .png()
      .toFile(file);
    const data = new Uint8ClampedArray(await sharp(file).ensureAlpha().raw().toBuffer());
    for (const channels of [1, 3] as const) {
      const decoded = await decodePicture(file, { channels });
      expect(pictureFromImageData({ width: 20, height: 10, data }, { channels })).toEqual(decoded);
    }
  });

  it('has grey behind what is transparent', () => {
    const data = Uint8ClampedArray.of(255, 0, 0, 0, 255, 0, 0, 255);
    expect([...pictureFromImageData({ width: 2, height: 1, data }, { channels: 3 }).data]).toEqual([
      128, 128, 128, 255, 0, 0,
    ]);
  });
});

describe('the file for web pages', () => {
  it('needs nothing of Node, and no file beside it', async () => {
    const options = { bundle: true, platform: 'browser', format: 'esm', write: false, metafile: true } as const;
    // Throws where something imports what only Node has.
    const { metafile } = await build({ entryPoints: [join(root, 'src/web.ts')], ...options });
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((name) => /sharp|onnxruntime/.test(name))).toEqual([]);
    expect(statSync(bundle).size).toBeLessThan(250_000);
  });

  it("finds with onnxruntime-web's wasm what Node finds", async () => {
    await makeImm(join(base, 'imm'), { people: 1, seed: 3 });
    const file = join(base, 'imm', madePicture(join(base, 'imm'), '01-1'));
    const model = readModel(findModel('face58'));
    const here = await openDetector(model, 'face58.onnx', node);
    const decoded = await decodePicture(file, here.metadata.input);
    const box = { left: 0, top: 0, width: decoded.width, height: decoded.height };
    const [expected] = await detect(here, [{ picture: decoded, box }]);

    const web = (await import(pathToFileURL(bundle).href)) as typeof import('../../src/web.js');
    const there = await web.openDetector(model, 'face58.onnx', ort);
    const data = new Uint8ClampedArray(await sharp(file).ensureAlpha().raw().toBuffer());
    const picture = web.pictureFromImageData({ width: box.width, height: box.height, data }, there.metadata.input);
    const [found] = await web.detect(there, [{ picture, box }]);
    expect(found!.points.length).toBe(116);
    for (const [i, value] of found!.points.entries()) expect(value).toBeCloseTo(expected!.points[i]!, 2);
  });
});
