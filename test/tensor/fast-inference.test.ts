import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { modelNamed } from '../../src/models/index.js';
import { buildNetwork, initialise } from '../../src/models/network.js';
import { randomFor } from '../../src/random.js';
import { fastInference } from '../../src/tensor/fast/fast-inference.js';
import { createGraph, input, parameter, type Value } from '../../src/tensor/graph.js';
import { openInference } from '../../src/tensor/inference.js';
import { decodeModel } from '../../src/tensor/onnx/decode.js';
import { encodeModel, nodesFor } from '../../src/tensor/onnx/encode.js';
import { add, conv, flatten, globalAveragePool, maxPool, relu, reshape } from '../../src/tensor/ops/index.js';
import type { Runtime } from '../../src/tensor/runtime.js';
import { type Shape, sizeOf } from '../../src/tensor/types.js';
import { allocateWeights } from '../../src/tensor/weights.js';
import { exportModel } from '../../src/train/export.js';
import { expectClose } from './numbers.js';

const oneThread = { intraOpNumThreads: 1 };

type Weigh = (name: string, shape: Shape) => Value;

/** A model of what `build` makes of a picture of this shape, with weights of noise. */
function made(shape: Shape, build: (x: Value, weigh: Weigh) => Value): Uint8Array {
  const graph = createGraph();
  const random = randomFor(1, 'weights');
  const weights = new Map<Value, Float32Array>();
  const x = input(graph, 'image', [1, ...shape]);
  const y = build(x, (name, shape) => {
    const value = parameter(graph, name, shape);
    const scale = 1 / Math.sqrt(sizeOf(shape.slice(1)));
    weights.set(
      value,
      Float32Array.from({ length: sizeOf(shape) }, () => random.normal() * scale),
    );
    return value;
  });
  return encodeModel([y], { weights, outputNames: ['points'], freeBatch: 'n' }).bytes;
}

/** Two 3×3 convolutions between many channels, and what `after` makes of their sum with x. */
const twoConvs = (channels: number, after: (x: Value) => Value = flatten) =>
  made([channels, 10, 7], (x, weigh) => {
    const square = [channels, channels, 3, 3];
    const y = conv(
      relu(conv(x, weigh('conv1.weight', square), weigh('conv1.bias', [channels]), { pad: 1 })),
      weigh('conv2.weight', square),
      undefined,
      { pad: 1 },
    );
    return after(add(x, y));
  });

/** A small residual network of all that is computed in blocks, with a height that is no multiple of a window's. */
const residual = () =>
  made([1, 140, 44], (image, weigh) => {
    const block = (x: Value, name: string, out: number, stride: number) => {
      const channels = x.shape[1]!;
      const layer = (from: Value, which: string, kernel: number, stride: number) =>
        conv(
          from,
          weigh(`${name}.${which}.weight`, [out, from.shape[1]!, kernel, kernel]),
          weigh(`${name}.${which}.bias`, [out]),
          { pad: kernel >> 1, stride },
        );
      const y = layer(relu(layer(x, 'conv1', 3, stride)), 'conv2', 3, 1);
      return relu(add(y, channels === out ? x : layer(x, 'down', 1, stride)));
    };
    const stem = relu(conv(image, weigh('stem.weight', [64, 1, 3, 3]), weigh('stem.bias', [64]), { pad: 1 }));
    const pooled = maxPool(stem, { kernel: 3, stride: 2, pad: 1 });
    // Twelve channels fill no block.
    const odd = conv(pooled, weigh('odd.weight', [12, 64, 3, 3]), undefined, { pad: 1 });
    const even = conv(odd, weigh('even.weight', [64, 12, 5, 5]), undefined, { pad: 2 });
    return flatten(globalAveragePool(block(block(add(pooled, even), 'block1', 64, 1), 'block2', 128, 2)));
  });

function builtIn(name: string): { model: Uint8Array; shape: Shape } {
  const { input, points } = modelNamed(name);
  const settings = { model: { name }, input, points };
  const network = buildNetwork(settings, { training: false, batch: 1 });
  const weights = [allocateWeights(network.graph.parameters), allocateWeights(network.graph.buffers)] as const;
  initialise(network, weights, 1);
  return { model: exportModel(settings, weights), shape: network.image.shape.slice(1) };
}

/** A runtime that has no blocked layout. */
const unblocked: Runtime = {
  ...ort,
  InferenceSession: {
    create: (model: Uint8Array, options: never) => {
      if (Buffer.from(model).includes('nchwc')) throw new Error('no such domain');
      return ort.InferenceSession.create(model, options);
    },
  } as never,
};

async function run(model: Uint8Array, shape: Shape, n: number, many: boolean, runtime: Runtime = ort) {
  const inference = await openInference(model, 'made', runtime, { ...oneThread, many });
  const random = randomFor(1, 'images');
  const images = Float32Array.from({ length: n * sizeOf(shape) }, () => random.normal());
  const { points } = await inference.run(images, [n, ...shape]);
  await inference.release();
  return points!;
}

describe('inference of many pictures', () => {
  it.each([
    ['128 channels', twoConvs(128), [128, 10, 7]],
    ['272 channels', twoConvs(272), [272, 10, 7]],
    ['a residual network', residual(), [1, 140, 44]],
  ])('computes the same with %s, for any batch, with a blocked layout or without', async (_, model, shape) => {
    expect(fastInference(model, 16)).toBeDefined();
    for (const n of [1, 3]) {
      const plain = await run(model, shape, n, false);
      expectClose(await run(model, shape, n, true), plain, 1e-5);
      expectClose(await run(model, shape, n, true, unblocked), plain, 1e-5);
    }
  });

  it.each(['cnn1', 'cnn2'])('computes the same with %s', async (name) => {
    const { model, shape } = builtIn(name);
    expectClose(await run(model, shape, 2, true), await run(model, shape, 2, false), 1e-5);
  });

  it('stays in the blocked layout and in lines of rows', () => {
    const count = (model: Uint8Array, operator: string) => {
      const values = decodeModel(fastInference(model, 16)!.model).outputs.map(({ value }) => value);
      return nodesFor(values).filter((node) => `${node.domain}:${node.operator}` === operator).length;
    };
    const { model } = builtIn('resnet18');
    // Left once for the last layer's tiles and once for what is added to them.
    expect(count(model, 'com.microsoft.nchwc:ReorderInput')).toBe(0);
    expect(count(model, 'com.microsoft.nchwc:ReorderOutput')).toBe(2);
    // Ten convolutions by rows: each picks rows before, and after where no other follows but for a Relu.
    expect(count(model, ':Gather')).toBe(10 + 6);
    expect(count(residual(), ':Gather')).toBe(3 + 2);
  });

  it('leaves a model as it is where there is nothing to be gained, or it holds the batch’s size', async () => {
    expect(fastInference(twoConvs(16), 16)).toBeUndefined();
    const held = twoConvs(128, (x) => reshape(x, [1, sizeOf(x.shape)]));
    expect(fastInference(held, 16)).toBeUndefined();
    const shape = [128, 10, 7];
    expect(await run(held, shape, 1, true)).toEqual(await run(held, shape, 1, false));
  });
});
