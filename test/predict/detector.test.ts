import * as runtime from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { chooseMarkup } from '../../src/data/choose-points.js';
import { imm58 } from '../../src/data/markups/imm58.js';
import { encodeMetadata, type ModelMetadata } from '../../src/data/model-metadata.js';
import type { Dataset } from '../../src/data/sample.js';
import { InputError } from '../../src/errors.js';
import { evaluate } from '../../src/evaluate/evaluate.js';
import { detect, openDetector } from '../../src/predict/detector.js';
import { constant, createGraph, input } from '../../src/tensor/graph.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { add, flatten, matmul } from '../../src/tensor/ops/index.js';

const metadata: ModelMetadata = {
  format: 1,
  name: 'fixed',
  markup: chooseMarkup(imm58, [52]),
  chosen: [52],
  input: { channels: 1, height: 8, width: 4, crop: { kind: 'picture' }, mean: 0.5, deviation: 1 },
  terms: 'none',
  recipe: {},
};

/** A model that answers (0.25, 1.5) in the unit square whatever it sees, of an input of this height. */
function fixedModel(said: ModelMetadata = metadata, height = 8, x = 0.25): Uint8Array {
  const graph = createGraph();
  const image = input(graph, 'image', [1, 1, height, 4]);
  const nothing = matmul(flatten(image), constant(graph, new Float32Array(2 * 4 * height), [4 * height, 2]));
  const points = add(nothing, constant(graph, Float32Array.of(x, 1.5), [2]));
  return encodeModel([points], { outputNames: ['points'], freeBatch: 'n', metadata: encodeMetadata(said) }).bytes;
}

const grey = (width: number, height: number) => ({
  width,
  height,
  channels: 1 as const,
  data: new Uint8Array(width * height),
});
const box = { left: 10, top: 20, width: 40, height: 30 };

describe('detect', () => {
  it('answers in each picture’s own pixels, of several sizes at once, outside the picture too', async () => {
    const detector = await openDetector(fixedModel(), 'fixed.onnx', runtime);
    const found = await detect(detector, [
      { picture: grey(100, 40), box },
      { picture: grey(200, 80), box },
    ]);
    expect(found.map(({ points }) => [...points])).toEqual([
      [24.5, 59.5],
      [49.5, 119.5],
    ]);
    expect([...found[0]!.unit]).toEqual([0.25, 1.5]);
    await detector.inference.release();
  });

  it('tells the spread in the picture’s pixels', async () => {
    const graph = createGraph();
    const image = input(graph, 'image', [1, 1, 8, 4]);
    const fixed = (...values: number[]) =>
      add(
        matmul(flatten(image), constant(graph, new Float32Array(32 * values.length), [32, values.length])),
        constant(graph, Float32Array.from(values), [values.length]),
      );
    const boxed: ModelMetadata = { ...metadata, input: { ...metadata.input, crop: { kind: 'box', factor: 2 } } };
    const model = encodeModel([fixed(0.5, 0.5), fixed(0.1)], {
      outputNames: ['points', 'spread'],
      freeBatch: 'n',
      metadata: encodeMetadata(boxed),
    });
    const detector = await openDetector(model.bytes, 'sure.onnx', runtime);
    const [found] = await detect(detector, [{ picture: grey(100, 90), box }]);
    // A tenth of the square of 80.
    expect([...found!.spread!]).toEqual([expect.closeTo(8, 4)]);
    await detector.inference.release();
  });

  it('answers about the box where the model looks at boxes', async () => {
    const boxed: ModelMetadata = { ...metadata, input: { ...metadata.input, crop: { kind: 'box', factor: 2 } } };
    const detector = await openDetector(fixedModel(boxed), 'fixed.onnx', runtime);
    const [found] = await detect(detector, [{ picture: grey(100, 90), box }]);
    // The square of 80 about (30, 35): a quarter from -10, one and a half from -5.
    expect([...found!.points]).toEqual([10, 115]);
    await detector.inference.release();
  });

  it.each<[string, Uint8Array]>([
    ['an input of another size', fixedModel(metadata, 6)],
    ['other points', fixedModel({ ...metadata, markup: chooseMarkup(imm58, [1, 2]), chosen: [1, 2] })],
  ])('refuses in one line a model whose metadata tell of %s', async (_, model) => {
    const detector = await openDetector(model, 'odd.onnx', runtime);
    const refused = detect(detector, [{ picture: grey(100, 40), box }]);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(/^odd\.onnx: [^\n]*metadata[^\n]*$/);
    await detector.inference.release();
  });

  it('refuses a model whose numbers are broken', async () => {
    const broken = fixedModel(metadata, 8, Number.NaN);
    const detector = await openDetector(broken, 'broken.onnx', runtime);
    const refused = detect(detector, [{ picture: grey(100, 40), box }]);
    await expect(refused).rejects.toThrow(/^broken\.onnx: gives points that are not numbers[^\n]*$/);
    await detector.inference.release();
  });

  it('refuses bytes that are no model', async () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode('text'), fixedModel().subarray(0, 200)]) {
      await expect(openDetector(bytes, 'odd.onnx', runtime)).rejects.toThrow(/^odd\.onnx: [^\n]*$/);
    }
  });
});

describe('evaluate', () => {
  it('refuses a model of another markup', async () => {
    const other: ModelMetadata = { ...metadata, markup: { ...metadata.markup, name: 'cat9' } };
    const detector = await openDetector(fixedModel(other), 'fixed.onnx', runtime);
    const dataset: Dataset = { name: 'IMM', markup: imm58, samples: [] };
    const refused = evaluate(detector, dataset, []);
    await expect(refused).rejects.toThrow('predicts points of cat9, but IMM has those of imm58');
    await detector.inference.release();
  });
});
