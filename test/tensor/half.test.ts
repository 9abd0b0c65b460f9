import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../../src/random.js';
import { createGraph, input } from '../../src/tensor/graph.js';
import { fromHalf, toHalf } from '../../src/tensor/half.js';
import { decodeModel } from '../../src/tensor/onnx/decode.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { withHalfWeights } from '../../src/tensor/onnx/half-weights.js';
import { cast } from '../../src/tensor/ops/index.js';
import { untrained } from '../predict/made-models.js';
import { expectClose } from './numbers.js';
import { floatTensor, modelOf } from './onnx-models.js';

const settings = { model: { name: 'cnn1' }, input: { channels: 1, height: 80, width: 60 }, points: 1 };

async function run(bytes: Uint8Array, name: string, data: Float32Array, shape: readonly number[]) {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const results = await session.run({ [name]: new ort.Tensor('float32', data, shape) });
  await session.release();
  return results[session.outputNames[0]!]!;
}

describe('half precision', () => {
  it('gives every half back, and rounds what lies between to the nearest, ties to even', () => {
    const halves = Uint16Array.from({ length: 0x7c01 }, (_, i) => i);
    const exact = fromHalf(halves);
    expect(toHalf(exact)).toEqual(halves);
    expect(toHalf(exact.map((x) => -x))).toEqual(halves.map((half) => half | 0x8000));
    const finite = exact.subarray(0, 0x7c00);
    const between = finite.map((x, i) => (x + (finite[i + 1] ?? 65536)) / 2);
    expect(toHalf(between)).toEqual(halves.subarray(0, 0x7c00).map((half) => half + (half & 1)));
    expect(fromHalf(toHalf(Float32Array.of(1e9, -1e9, Number.NaN, -0)))).toEqual(
      Float32Array.of(Infinity, -Infinity, Number.NaN, -0),
    );
  });

  it("rounds as ONNX Runtime's Cast does", async () => {
    const random = randomFor(1, 'half');
    const data = Float32Array.from({ length: 20000 }, () => random.normal() * 2 ** (-28 + 40 * random.uniform()));
    const graph = createGraph();
    const x = input(graph, 'x', [data.length]);
    const { bytes } = encodeModel([cast(cast(x, 'float16'), 'float32')]);
    expect(fromHalf(toHalf(data))).toEqual((await run(bytes, 'x', data, [data.length])).data);
  });
});

describe('a model with half weights', () => {
  const model = untrained(settings);
  const halved = withHalfWeights(model);

  it('takes half the space and predicts the same to 0.1 % of the crop', async () => {
    expect(halved.length).toBeLessThan(0.53 * model.length);
    const random = randomFor(1, 'faces');
    const faces = Float32Array.from({ length: 4 * 80 * 60 }, () => random.normal());
    const [before, after] = [model, halved].map((bytes) => run(bytes, 'image', faces, [4, 1, 80, 60]));
    const right = (await before!).data as Float32Array;
    expect(right.some((x) => Math.abs(x) > 0.01)).toBe(true);
    expectClose((await after!).data as Float32Array, right, 1e-3);
  });

  it('is read with the same weights under the same names', () => {
    const [before, after] = [decodeModel(model), decodeModel(halved)];
    const named = ({ weights }: typeof before) => new Map([...weights].map(([{ name }, data]) => [name, data]));
    const [exact, rounded] = [named(before), named(after)];
    expect([...rounded.keys()].sort()).toEqual([...exact.keys()].sort());
    for (const [name, data] of exact) expectClose(rounded.get(name) as Float32Array, data as Float32Array, 5e-4);
    expect(after.graph.nodes.map(({ operator }) => operator)).toEqual(
      before.graph.nodes.map(({ operator }) => operator),
    );
  });

  it('keeps in float32 what a half cannot hold', () => {
    const stored = [floatTensor('w', [1, 2], [1, 65520]), floatTensor('v', [2, 1], [1, 65504])];
    const nodes = [
      { op: 'MatMul', in: ['x', 'w'], out: ['a'] },
      { op: 'MatMul', in: ['a', 'v'], out: ['y'] },
    ];
    const bytes = withHalfWeights(modelOf({ opset: 18, inputs: { x: [3, 1] }, stored, nodes, outputs: ['y'] }));
    const { weights } = decodeModel(bytes);
    expect([...weights.values()].map((data) => [...data])).toEqual([
      [1, 65520],
      [1, 65504],
    ]);
  });
});
