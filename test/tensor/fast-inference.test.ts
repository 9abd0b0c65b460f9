import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../../src/random.js';
import { fastInference } from '../../src/tensor/fast/fast-inference.js';
import { createGraph, input, parameter, type Value } from '../../src/tensor/graph.js';
import { openInference } from '../../src/tensor/inference.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { add, conv, flatten, relu, reshape } from '../../src/tensor/ops/index.js';
import { sizeOf } from '../../src/tensor/types.js';
import { expectClose } from './numbers.js';

const oneThread = { intraOpNumThreads: 1 };

/** Two 3×3 convolutions between many channels, and what `after` makes of their sum with x. */
function made(channels: number, after: (x: Value) => Value = flatten): Uint8Array {
  const graph = createGraph();
  const x = input(graph, 'image', [1, channels, 10, 7]);
  const [first, bias, second] = [
    parameter(graph, 'conv1.weight', [channels, channels, 3, 3]),
    parameter(graph, 'conv1.bias', [channels]),
    parameter(graph, 'conv2.weight', [channels, channels, 3, 3]),
  ];
  const y = conv(relu(conv(x, first, bias, { pad: 1 })), second, undefined, { pad: 1 });
  const random = randomFor(1, 'weights');
  const weights = new Map(
    [first, bias, second].map((value) => {
      const draw = () => random.normal() / Math.sqrt(9 * channels);
      return [value, Float32Array.from({ length: sizeOf(value.shape) }, draw)];
    }),
  );
  return encodeModel([after(add(x, y))], { weights, outputNames: ['points'], freeBatch: 'n' }).bytes;
}

async function run(model: Uint8Array, channels: number, n: number, many: boolean) {
  const inference = await openInference(model, 'made', ort, { ...oneThread, many });
  const random = randomFor(1, 'images');
  const images = Float32Array.from({ length: n * channels * 70 }, () => random.normal());
  const { points } = await inference.run(images, [n, channels, 10, 7]);
  await inference.release();
  return points!;
}

describe('inference of many pictures', () => {
  it.each([128, 272])('computes the same by Winograd with %i channels, for any batch', async (channels) => {
    const model = made(channels);
    expect(fastInference(model)).toBeDefined();
    for (const n of [1, 3]) {
      expectClose(await run(model, channels, n, true), await run(model, channels, n, false), 1e-5);
    }
  });

  it('leaves a model as it is where there is nothing to be gained, or it holds the batch’s size', async () => {
    expect(fastInference(made(16))).toBeUndefined();
    const held = made(128, (x) => reshape(x, [1, sizeOf(x.shape)]));
    expect(fastInference(held)).toBeUndefined();
    expect(await run(held, 128, 1, true)).toEqual(await run(held, 128, 1, false));
  });
});
