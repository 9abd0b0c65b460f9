import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { constant, createGraph, input, type Value } from '../../src/tensor/graph.js';
import type { Loss } from '../../src/tensor/losses.js';
import { distanceLikelihood, huber, l1, mse, smoothL1, wing } from '../../src/tensor/losses.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import type { Shape } from '../../src/tensor/types.js';
import { checkGradients } from './gradient-check.js';

const n = 2;
const points = 3;
const prediction = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const target = Float32Array.of(1, 0, 3, 1, 5, 5.5, 8, 8, 9, 14, 11, 7);

async function lossOf(loss: Loss, weight?: { shape: Shape; data: Float32Array; fed: boolean }): Promise<number> {
  const graph = createGraph();
  const values = ['prediction', 'target'].map((name) => input(graph, name, [n, 2 * points]));
  const factor =
    weight && (weight.fed ? input(graph, 'weight', weight.shape) : constant(graph, weight.data, weight.shape));
  const encoded = encodeModel([loss(values[0]!, values[1]!, factor)], { outputNames: ['loss'] });
  const session = await ort.InferenceSession.create(encoded.bytes, { intraOpNumThreads: 1 });
  const data: Record<string, Float32Array> = { prediction, target, ...(weight ? { weight: weight.data } : {}) };
  const feeds = encoded.inputs.map(({ name, shape }) => [name, new ort.Tensor('float32', data[name]!, shape)]);
  const result = await session.run(Object.fromEntries(feeds));
  await session.release();
  return (result.loss!.data as Float32Array)[0]!;
}

describe('losses with a weight a point', () => {
  const losses: Record<string, Loss> = { mse, l1, smoothL1: smoothL1(0.3), huber: huber(2), wing: wing(1, 0.5) };

  it.each(Object.entries(losses))('%s: equal weights are as none', async (_, loss) => {
    const plain = await lossOf(loss);
    for (const shape of [[points], [n, points]]) {
      const data = new Float32Array(shape.reduce((a, b) => a * b)).fill(0.7);
      for (const fed of [false, true]) expect(await lossOf(loss, { shape, data, fed })).toBeCloseTo(plain, 5);
    }
  });

  it('is the weighted mean over pictures, points and both coordinates', async () => {
    const data = Float32Array.of(1, 2, 0, 0.5, 0, 3);
    // |d| by point, x and y: 0+2, 0+3, 0+0.5 | 1+0, 0+4, 0+5
    const sum = 1 * 2 + 2 * 3 + 0.5 * 1 + 3 * 5;
    expect(await lossOf(l1, { shape: [n, points], data, fed: true })).toBeCloseTo(sum / (2 * 6.5), 5);
    const each = Float32Array.of(1, 0, 2);
    expect(await lossOf(l1, { shape: [points], data: each, fed: false })).toBeCloseTo((2 + 1 + 1 + 10) / (2 * 6), 5);
  });

  it('is 0 where no point counts', async () => {
    expect(await lossOf(mse, { shape: [n, points], data: new Float32Array(6), fed: true })).toBe(0);
  });

  it.each(Object.entries(losses))('%s: gradients, against finite differences', async (_, loss) => {
    const apartFromBends = (shape: Shape) => Float32Array.from({ length: shape[0]! * shape[1]! }, (_, i) => i % 3);
    const offsets = [0.85, -0.6, 1.3, -2.4, 3.6, -1.45, 0.75];
    let call = 0;
    const draw = (shape: Shape) => apartFromBends(shape).map((x, i) => (call++ < 12 ? x + offsets[i % 7]! : x));
    await checkGradients({
      shapes: [
        [n, 2 * points],
        [n, 2 * points],
      ],
      draw,
      build: (a, b) => loss(a, b, constant(a.graph, Float32Array.of(1, 0.2, 3), [points])),
    });
  });

  it('says which shapes do not fit', () => {
    const graph = createGraph();
    const a = input(graph, 'a', [2, 6]);
    expect(() => mse(a, input(graph, 'b', [2, 4]))).toThrow('prediction [2, 6] and target [2, 4]');
    expect(() => l1(a, a, input(graph, 'w', [4]))).toThrow('weight [4] must be [3] or [2, 3]');
    expect(() => wing(0, 1)).toThrow('wing: w must be above 0, not 0');
  });
});

describe('the likelihood of distances', () => {
  const shapes: readonly Shape[] = [
    [n, 2 * points],
    [n, points],
    [n, 2 * points],
  ];

  async function costOf(spread: Float32Array): Promise<number> {
    const graph = createGraph();
    const [p, e, t] = shapes.map((shape, i) => input(graph, ['p', 'e', 't'][i]!, shape)) as [Value, Value, Value];
    const encoded = encodeModel([distanceLikelihood(p, e, t)], { outputNames: ['loss'] });
    const session = await ort.InferenceSession.create(encoded.bytes, { intraOpNumThreads: 1 });
    const tensor = (data: Float32Array, i: number) => new ort.Tensor('float32', data, shapes[i]!);
    const result = await session.run({ p: tensor(prediction, 0), e: tensor(spread, 1), t: tensor(target, 2) });
    await session.release();
    return (result.loss!.data as Float32Array)[0]!;
  }
  /** Of each point, from prediction and target above. */
  const distances = [
    [0, 2],
    [0, 3],
    [0, 0.5],
    [1, 0],
    [0, 4],
    [0, 5],
  ].map(([x, y]) => Math.hypot(x!, y!));

  it('is r / e + ln(e / 1e-4), the mean over points', async () => {
    const spread = Float32Array.of(0.3, 2, 1, 0.7, 5, 9);
    const parts = distances.map((r, i) => r / spread[i]! + Math.log(spread[i]! / 1e-4));
    expect(await costOf(spread)).toBeCloseTo(parts.reduce((a, b) => a + b) / 6, 4);
  });

  it('is least where the spread is the distance', async () => {
    const least = await costOf(Float32Array.from(distances));
    for (const factor of [0.5, 0.9, 1.1, 2]) {
      expect(await costOf(Float32Array.from(distances, (r) => r * factor))).toBeGreaterThan(least);
    }
  });

  it('has the gradients of finite differences', async () => {
    let call = 0;
    // First predictions, then spreads, which are above 0, then targets.
    const draw = (shape: Shape) => {
      const start = [0.1, 0.6, -1.4][call++]!;
      return Float32Array.from({ length: shape[0]! * shape[1]! }, (_, i) => start + 0.13 * ((i * 5) % 7));
    };
    await checkGradients({ shapes: [...shapes], draw, build: (p, e, t) => distanceLikelihood(p, e, t) });
  });

  it('says which shapes do not fit', () => {
    const graph = createGraph();
    const a = input(graph, 'a', [2, 6]);
    expect(() => distanceLikelihood(a, a, a)).toThrow('must be [n, 2·points] of spread [2, 6]');
  });
});
