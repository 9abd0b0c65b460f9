import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { imm58 } from '../../src/data/markups/imm58.js';
import type { ModelMetadata } from '../../src/data/model-metadata.js';
import type { Dataset, Sample } from '../../src/data/sample.js';
import { boxAround } from '../../src/image/box.js';
import type { Detector } from '../../src/predict/detector.js';
import { randomFor } from '../../src/random.js';
import { drawPerson, drawPose, facePoints } from '../made-face.js';

const size = { width: 250, height: 200 };

/** A picture that says in each pixel where it is: red is x, green is y, blue marks whose picture it is. */
async function positions(file: string, mark: number): Promise<void> {
  const { width, height } = size;
  const data = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([x, y, mark], 3 * (y * width + x));
  }
  mkdirSync(dirname(file), { recursive: true });
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
}

/** Made faces, each in a picture of positions; the mark of face i is 250 - 20·i. */
export async function madeScene(folder: string, faces: number): Promise<Dataset> {
  const samples: Sample[] = [];
  for (let i = 0; i < faces; i++) {
    const picture = `${folder}/${i}.png`;
    await positions(picture, markOf(i));
    const pose = { ...drawPose(randomFor(1, 'pose', i), 1), x: 0.6, y: 0.5, size: 0.22 };
    const points = Float32Array.from(facePoints(drawPerson(randomFor(1, 'person', i)), pose, size.height).flat());
    samples.push({ id: String(i), picture, box: boxAround(points), points, group: String(i), tags: {} });
  }
  return { name: 'made', markup: imm58, samples };
}

const markOf = (i: number): number => 250 - 20 * i;

const metadata: ModelMetadata = {
  format: 1,
  name: 'made',
  markup: imm58,
  input: { channels: 3, height: 48, width: 48, crop: { kind: 'box', factor: 1.3 }, mean: 0, deviation: 1 / 255 },
  terms: 'none',
  recipe: {},
};

/** A detector with this answer, in the unit square, to each input of planes [3, 48, 48] in 0..255. */
export const madeDetector = (answer: (planes: Float32Array) => Float32Array): Detector => ({
  metadata,
  inference: {
    outputs: ['points'],
    run: async (images, [count]) => {
      const each = images.length / count!;
      const rows = Array.from({ length: count! }, (_, i) => answer(images.subarray(i * each, (i + 1) * each)));
      return { points: Float32Array.from(rows.flatMap((row) => [...row])) };
    },
    release: async () => {},
  },
});

/** The points of the face in sight that comes first, read off the pixels: a network that makes no mistakes, even outside. */
export function seeing({ samples }: Dataset): (planes: Float32Array) => Float32Array {
  const { width, height } = metadata.input;
  const plane = width * height;
  return (planes) => {
    for (const [i, { points }] of samples.entries()) {
      // Without those at the borders of pictures, where black is mixed in.
      const seen = Array.from({ length: plane }, (_, at) => at).filter(
        (at) => Math.abs(planes[2 * plane + at]! - markOf(i)) < 0.5,
      );
      if (seen.length < 100) continue;
      const axis = (channel: 0 | 1, place: (at: number) => number) => {
        const sorted = [...seen].sort((a, b) => place(a) - place(b));
        const [first, last] = [sorted[0]!, sorted.at(-1)!];
        const step =
          (planes[channel * plane + last]! - planes[channel * plane + first]!) / (place(last) - place(first));
        const start = planes[channel * plane + first]! - step * place(first);
        return (value: number) => ((value - start) / step + 0.5) / (channel === 0 ? width : height);
      };
      const [x, y] = [axis(0, (at) => at % width), axis(1, (at) => Math.floor(at / width))];
      return points!.map((value, k) => (k % 2 === 0 ? x(value) : y(value)));
    }
    throw new Error('no face is in sight');
  };
}
