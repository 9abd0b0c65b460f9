import * as runtime from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Markup } from '../../src/data/markup.js';
import { namedMarkup } from '../../src/data/markups/numbered.js';
import { encodeMetadata, type ModelMetadata } from '../../src/data/model-metadata.js';
import { InputError } from '../../src/errors.js';
import type { Picture } from '../../src/image/picture.js';
import { detect, openDetector } from '../../src/predict/detector.js';
import { randomFor } from '../../src/random.js';
import { constant, createGraph, input } from '../../src/tensor/graph.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { flatten, matmul } from '../../src/tensor/ops/index.js';

const size = { width: 12, height: 8 };
const box = { left: 2, top: 1, width: 7, height: 5 };

/** A model whose points and spread hang on every pixel. */
function madeModel(markup: Markup): Uint8Array {
  const metadata: ModelMetadata = {
    format: 1,
    name: 'made',
    markup,
    input: { channels: 1, height: 6, width: 5, crop: { kind: 'box', factor: 1.2 }, mean: 0.5, deviation: 1 },
    terms: 'none',
    recipe: {},
  };
  const random = randomFor(3, 'weights');
  const graph = createGraph();
  const image = flatten(input(graph, 'image', [1, 1, 6, 5]));
  const answer = (count: number) =>
    matmul(
      image,
      constant(
        graph,
        Float32Array.from({ length: 30 * count }, () => random.normal()),
        [30, count],
      ),
    );
  const count = markup.points.length;
  return encodeModel([answer(2 * count), answer(count)], {
    outputNames: ['points', 'spread'],
    freeBatch: 'n',
    metadata: encodeMetadata(metadata),
  }).bytes;
}

function madePicture(): { picture: Picture; mirrored: Picture } {
  const random = randomFor(4, 'picture');
  const data = Uint8Array.from({ length: size.width * size.height }, () => random.below(256));
  const flipped = data.slice();
  for (let row = 0; row < data.length; row += size.width) flipped.subarray(row, row + size.width).reverse();
  return { picture: { ...size, channels: 1, data }, mirrored: { ...size, channels: 1, data: flipped } };
}

describe('detect with mirror', () => {
  const markup = namedMarkup(['left eye', 'nose', 'right eye']);
  const { picture, mirrored } = madePicture();
  const other = { ...box, left: size.width - 1 - box.left - box.width };

  it('is the mean of what is found in the picture and in its mirror image, points and spread', async () => {
    const detector = await openDetector(madeModel(markup), 'made.onnx', runtime);
    const [plain, reflected] = await detect(detector, [
      { picture, box },
      { picture: mirrored, box: other },
    ]);
    const [both] = await detect(detector, [{ picture, box }], { mirror: true });
    for (const [i, partner] of [2, 1, 0].entries()) {
      const x = (plain!.points[2 * i]! + size.width - 1 - reflected!.points[2 * partner]!) / 2;
      const y = (plain!.points[2 * i + 1]! + reflected!.points[2 * partner + 1]!) / 2;
      expect(both!.points[2 * i]).toBeCloseTo(x, 3);
      expect(both!.points[2 * i + 1]).toBeCloseTo(y, 3);
      expect(both!.spread![i]).toBeCloseTo((plain!.spread![i]! + reflected!.spread![partner]!) / 2, 3);
    }
    await detector.inference.release();
  });

  it.each([[['0', '1', '2']], [['left eye', 'nose']]])('is refused where %j have no partners', async (points) => {
    const detector = await openDetector(madeModel(namedMarkup(points)), 'made.onnx', runtime);
    const refused = detect(detector, [{ picture, box }], { mirror: true });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(`the point '${points[0]}' of points${points.length} has no partner`);
    await detector.inference.release();
  });
});
