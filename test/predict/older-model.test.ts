import * as runtime from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { chooseMarkup } from '../../src/data/choose-points.js';
import { imm58 } from '../../src/data/markups/imm58.js';
import { encodeMetadata, type ModelMetadata } from '../../src/data/model-metadata.js';
import { buildNetwork, initialise } from '../../src/models/network.js';
import { convolutions } from '../../src/predict/convolutions.js';
import { detect, openDetector } from '../../src/predict/detector.js';
import { builtInModels, findModel, readModel } from '../../src/predict/find-model.js';
import { randomFor } from '../../src/random.js';
import { decodeModel } from '../../src/tensor/onnx/decode.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { allocateWeights } from '../../src/tensor/weights.js';
import { exportModel } from '../../src/train/export.js';
import { expectClose } from '../tensor/numbers.js';

const metadata: ModelMetadata = {
  format: 1,
  name: 'older',
  markup: chooseMarkup(imm58, [52]),
  chosen: [52],
  input: { channels: 1, height: 80, width: 60, crop: { kind: 'picture' }, mean: 0.5, deviation: 0.5 },
  terms: 'none',
  recipe: {},
};

/** A CNN1 with statistics as after a training: as versions before folding wrote it, and as it is written now. */
function bothForms(): { older: Uint8Array; now: Uint8Array } {
  const settings = { model: { name: 'cnn1' }, input: metadata.input, points: 1 };
  const network = buildNetwork(settings, { training: false, batch: 1 });
  const { graph, points } = network;
  const [parameters, buffers] = [allocateWeights(graph.parameters), allocateWeights(graph.buffers)];
  initialise(network, [parameters, buffers], 1);
  const random = randomFor(1, 'statistics');
  for (let i = 0; i < buffers.all.length; i++) buffers.all[i] = 0.3 + random.uniform();
  const weights = new Map(
    [...graph.parameters, ...graph.buffers].map((value) => {
      const { data } = (parameters.tensors.get(value.name) ?? buffers.tensors.get(value.name))!;
      return [value, data];
    }),
  );
  const said = { outputNames: ['points'], freeBatch: 'n', metadata: encodeMetadata(metadata) };
  return {
    older: encodeModel([points], { weights, ...said }).bytes,
    now: exportModel(settings, [parameters, buffers], metadata),
  };
}

async function predict(model: Uint8Array, name: string): Promise<Float32Array> {
  const detector = await openDetector(model, name, runtime);
  const { channels } = detector.metadata.input;
  const random = randomFor(1, 'picture');
  const data = Uint8Array.from({ length: 90 * 70 * channels }, () => 256 * random.uniform());
  const picture = { width: 90, height: 70, channels, data };
  const [found] = await detect(detector, [{ picture, box: { left: 10, top: 5, width: 60, height: 60 } }]);
  await detector.inference.release();
  return found!.unit;
}

const operators = (model: Uint8Array) => new Set(decodeModel(model).graph.nodes.map(({ operator }) => operator));

describe('a model that an older version exported, with batch norm inside', () => {
  const { older, now } = bothForms();

  it('predicts what the same weights do exported now', async () => {
    expect(operators(older)).toContain('BatchNormalization');
    expect(operators(now)).not.toContain('BatchNormalization');
    expectClose(await predict(now, 'now'), await predict(older, 'older'), 1e-5);
  });

  it('shows its convolutions under the same names, in the same shapes', () => {
    const [before, after] = [older, now].map((model) =>
      convolutions(decodeModel(model)).map(({ name, filters, activation }) => [name, filters!.shape, activation]),
    );
    expect(after).toEqual(before);
  });
});

describe('the models that come with the package', () => {
  it.each(builtInModels())('%s predicts', async (name) => {
    const file = findModel(name);
    const points = await predict(readModel(file), name);
    expect(points.length).toBeGreaterThan(0);
    expect(points.every((value) => Number.isFinite(value))).toBe(true);
  });
});
