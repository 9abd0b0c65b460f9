import * as runtime from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { runActivations } from '../../src/predict/activations.js';
import { convolutions } from '../../src/predict/convolutions.js';
import { createGraph, input, parameter, type Value } from '../../src/tensor/graph.js';
import { decodeModel } from '../../src/tensor/onnx/decode.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { add, conv, relu } from '../../src/tensor/ops/index.js';
import { untrained } from './made-models.js';

/** [1, 1, 2, 3] → a convolution that scales and shifts, its ReLU, a second one, and their sum. */
function made(): Uint8Array {
  const graph = createGraph();
  const x = input(graph, 'image', [1, 1, 2, 3]);
  const [first, shift, second] = [
    parameter(graph, 'conv1.weight', [2, 1, 1, 1]),
    parameter(graph, 'conv1.bias', [2]),
    parameter(graph, 'conv2.weight', [2, 2, 1, 1]),
  ];
  const y = relu(conv(x, first, shift, { stride: 1, pad: 0 }));
  const z = conv(y, second, undefined, { stride: 1, pad: 0 });
  const weights = new Map<Value, Float32Array>([
    [first, Float32Array.of(2, -1)],
    [shift, Float32Array.of(-5, 3)],
    [second, Float32Array.of(1, 0, 1, -1)],
  ]);
  return encodeModel([add(y, z)], { weights, freeBatch: 'n' }).bytes;
}

describe('activations', () => {
  it('are what each convolution gives after its ReLU, and before a sum as it gives it', async () => {
    const model = decodeModel(made());
    const layers = convolutions(model);
    const [one, two] = await runActivations(model, layers, Float32Array.of(0, 1, 2, 3, 4, 5), runtime);
    // The first one's values are read twice, by the second and by the sum, but its ReLU comes before.
    expect(one).toMatchObject({ name: 'conv1', activation: 'Relu', channels: 2, height: 2, width: 3 });
    expect([...one!.maps]).toEqual([0, 0, 0, 1, 3, 5, 3, 2, 1, 0, 0, 0]);
    expect(two).toMatchObject({ name: 'conv2', channels: 2 });
    expect(two).not.toHaveProperty('activation');
    expect([...two!.maps]).toEqual([0, 0, 0, 1, 3, 5, -3, -2, -1, 1, 3, 5]);
  });

  it('of cnn2 are those of conv1 to conv5 with their filters', async () => {
    const settings = { model: { name: 'cnn2' }, input: { channels: 1, height: 160, width: 120 }, points: 58 };
    const model = decodeModel(untrained(settings));
    const layers = convolutions(model);
    expect(layers.map(({ name, filters }) => [name, filters!.shape.join()])).toEqual([
      ['conv1', '16,1,7,7'],
      ['conv2', '16,16,7,7'],
      ['conv3', '16,16,5,5'],
      ['conv4', '16,16,3,3'],
      ['conv5', '16,16,3,3'],
    ]);
    const found = await runActivations(model, layers, new Float32Array(160 * 120).fill(0.2), runtime);
    expect(found.map(({ height, width }) => `${height}×${width}`)).toEqual([
      '154×114',
      '71×51',
      '31×21',
      '13×8',
      '11×6',
    ]);
    for (const { activation, maps } of found) {
      expect(activation).toBe('Relu');
      expect(maps.every((value) => value >= 0)).toBe(true);
    }
  });

  it('of resnet18 are those of its 20 convolutions, through batch norm where nothing else reads them', () => {
    const settings = {
      model: { name: 'resnet18', channels: 8 },
      input: { channels: 3, height: 64, width: 64 },
      points: 68,
    };
    const layers = convolutions(decodeModel(untrained(settings)));
    expect(layers.length).toBe(20);
    expect(new Set(layers.map(({ name }) => name)).size).toBe(20);
    // The first of each block and the stem are followed by a ReLU, the others by a sum.
    expect(layers.filter(({ activation }) => activation === 'Relu').length).toBe(9);
  });
});
