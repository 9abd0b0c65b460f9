import * as ort from 'onnxruntime-node';
import { expect } from 'vitest';
import type { Random } from '../../src/random.js';
import { randomFor } from '../../src/random.js';
import { gradients } from '../../src/tensor/gradient.js';
import type { Value } from '../../src/tensor/graph.js';
import { constant, createGraph, input } from '../../src/tensor/graph.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { mul, reduceSum } from '../../src/tensor/ops/index.js';
import type { Shape } from '../../src/tensor/types.js';
import { sizeOf } from '../../src/tensor/types.js';
import { expectClose } from './numbers.js';

export type Draw = (shape: Shape, random: Random) => Float32Array;

/** Standard normal: for operators that are smooth everywhere. */
export const normal: Draw = (shape, random) => Float32Array.from({ length: sizeOf(shape) }, () => random.normal());

/** Uniform in [low, high). */
export const between =
  (low: number, high: number): Draw =>
  (shape, random) =>
    Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(low, high));

/**
 * Odd multiples of `gap` / 2 in random order: no two are closer than `gap`, nor any closer to 0 than half of it. With a
 * gap above 4·step no finite difference steps over a kink at 0 or over the point where two elements change places.
 */
export const apart =
  (gap: number): Draw =>
  (shape, random) => {
    const size = sizeOf(shape);
    const numbers = Array.from({ length: size }, (_, i) => gap * (i - Math.floor(size / 2) + 0.5));
    return Float32Array.from(random.shuffle(numbers));
  };

export interface Check {
  readonly shapes: readonly Shape[];
  /** The function of the inputs, which have these shapes, that is differentiated. */
  readonly build: (...inputs: Value[]) => Value;
  /** How each input is drawn; standard normal where absent. */
  readonly draw?: Draw | readonly Draw[];
  /** Only these inputs' gradients are looked at; all where absent. */
  readonly wanted?: readonly number[];
  readonly tolerance?: number;
}

const oneThread = { intraOpNumThreads: 1 };

/** Distance of the points of a finite difference. */
export const step = 0.05;

/**
 * Compares the gradients of Σ r·y, r fixed and random, to finite differences, element by element.
 *
 * y is computed in float32, the sum and the differences in float64. The five-point formula
 * f' ≈ (8·(f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h errs by h⁴·f⁽⁵⁾/30, that is 2e-7·f⁽⁵⁾ at h = 0.05, and by
 * rounding: some 6e-8·|y|·√(elements of y that depend on x)/h, about 1e-5 for sums of the sizes used here. A tolerance of
 * 3e-4·(1 + |f'|) is an order above both, and two below what a wrong tap, sign or factor would give.
 */
export async function checkGradients(check: Check): Promise<void> {
  const { shapes, build, draw = normal, tolerance = 3e-4 } = check;
  const wanted = check.wanted ?? shapes.map((_, i) => i);
  const random = randomFor(1, 'gradient check', JSON.stringify(shapes));
  const data = shapes.map((shape, i) => (typeof draw === 'function' ? draw : draw[i]!)(shape, random));

  const graph = createGraph();
  const inputs = shapes.map((shape, i) => input(graph, `x${i}`, shape));
  const y = build(...inputs);
  const r = normal(y.shape, random);
  const loss = reduceSum(mul(y, constant(graph, r, y.shape)));
  const wantedInputs = wanted.map((i) => inputs[i]!);
  const found = gradients(loss, wantedInputs);
  for (const [k, value] of found.entries()) expect(value.shape, `gradient ${k}`).toEqual(wantedInputs[k]!.shape);

  const feedsFor = (used: readonly Value[]) =>
    Object.fromEntries(
      used.map(({ name, shape }) => [name, new ort.Tensor('float32', data[Number(name.slice(1))]!, shape)]),
    );
  const forward = encodeModel([y], { outputNames: ['y'] });
  const session = await ort.InferenceSession.create(forward.bytes, oneThread);
  const feeds = feedsFor(forward.inputs);
  const value = async () => {
    const result = (await session.run(feeds)).y!;
    expect(result.dims).toEqual([...y.shape]);
    return (result.data as Float32Array).reduce((sum, element, i) => sum + element * r[i]!, 0);
  };
  const names = found.map((_, k) => `g${k}`);
  const backward = encodeModel(found, { outputNames: names });
  const gradientSession = await ort.InferenceSession.create(backward.bytes, oneThread);
  const results = await gradientSession.run(feedsFor(backward.inputs));

  for (const [k, i] of wanted.entries()) {
    const x = data[i]!;
    const differences = new Float64Array(x.length);
    for (let at = 0; at < x.length; at++) {
      const middle = x[at]!;
      const along = async (steps: number) => {
        x[at] = middle + steps * step;
        // What was really added, for x is rounded to float32.
        const moved = x[at]! - middle;
        const result = await value();
        x[at] = middle;
        return { moved, result };
      };
      const [a, b, c, d] = [await along(1), await along(-1), await along(2), await along(-2)];
      const near = (a.result - b.result) / (a.moved - b.moved);
      const far = (c.result - d.result) / (c.moved - d.moved);
      differences[at] = (4 * near - far) / 3;
    }
    expectClose(results[names[k]!]!.data as Float32Array, differences, tolerance);
  }
  await session.release();
  await gradientSession.release();
}
