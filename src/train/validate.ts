import { mapPoints } from '../image/affine.js';
import { fromUnit, type Size } from '../image/crop.js';
import { pointErrors } from '../metrics/point-error.js';
import { mean, median } from '../metrics/quantile.js';
import type { Answer } from '../models/network.js';
import { createGraph, input } from '../tensor/graph.js';
import { openInference } from '../tensor/inference.js';
import { encodeModel } from '../tensor/onnx/encode.js';
import type { Runtime, SessionOptions } from '../tensor/runtime.js';
import type { Prepared } from './batches/prepare.js';
import type { AnswerLoss } from './loss.js';

/** How many pictures are predicted at a time. */
const batch = 16;

/** A model's answers to faces, in the crop's unit square. */
export interface Answers {
  /** Of each face, [2·points]. */
  readonly unit: readonly Float32Array[];
  /** The distance from the truth that is expected of each point, [points], where the model says. */
  readonly spread?: readonly Float32Array[];
}

export interface Judged extends Answers {
  /** Over faces, of the mean point error in picture pixels. */
  readonly pixels: { readonly mean: number; readonly median: number };
  /** The predicted points of each face in picture pixels, [2·points]. */
  readonly points: readonly Float32Array[];
}

export interface Validation extends Judged {
  readonly loss: number;
}

export interface Validator {
  /** Judges a model as it would be shipped. */
  run(model: Uint8Array): Promise<Validation>;
  /** Judges given answers. */
  judge(answers: Answers): Judged;
}

/** @param faces the validation faces as the network sees them, never augmented */
export function createValidator(
  faces: readonly Prepared[],
  form: Size & { readonly channels: number },
  loss: AnswerLoss,
  runtime: Runtime,
  options: SessionOptions,
): Validator {
  const inPicture = ({ map }: Prepared, unit: Float32Array) => mapPoints(map, fromUnit(unit, form));
  const truth = faces.map((face) => inPicture(face, face.target));
  const targets = faces.map(({ target }) => target);

  const judge = (answers: Answers): Judged => {
    const points = answers.unit.map((row, i) => inPicture(faces[i]!, row));
    const errors = points.map((row, i) => mean(pointErrors(row, truth[i]!)));
    return { ...answers, points, pixels: { mean: mean(errors), median: median(errors) } };
  };
  const run = async (model: Uint8Array) => {
    const answers = await predictUnit(model, faces, form, runtime, options);
    return { ...judge(answers), loss: await lossBetween(answers, targets, loss, runtime, options) };
  };
  return { run, judge };
}

export async function predictUnit(
  model: Uint8Array,
  faces: readonly Pick<Prepared, 'image'>[],
  { channels, height, width }: Size & { readonly channels: number },
  runtime: Runtime,
  options: SessionOptions,
): Promise<Answers> {
  const inference = await openInference(model, 'the model', runtime, options);
  const unit: Float32Array[] = [];
  const spread: Float32Array[] = [];
  for (let start = 0; start < faces.length; start += batch) {
    const part = faces.slice(start, start + batch);
    const images = new Float32Array(part.length * channels * height * width);
    for (const [i, { image }] of part.entries()) images.set(image, i * image.length);
    const output = await inference.run(images, [part.length, channels, height, width]);
    unit.push(...rows(output.points!, part.length));
    if (output.spread) spread.push(...rows(output.spread, part.length));
  }
  await inference.release();
  return { unit, ...(spread.length > 0 ? { spread } : {}) };
}

function rows(all: Float32Array, count: number): Float32Array[] {
  const columns = all.length / count;
  return Array.from({ length: count }, (_, i) => all.slice(i * columns, (i + 1) * columns));
}

/** The training's own loss, over all faces at once. */
async function lossBetween(
  { unit, spread }: Answers,
  targets: readonly Float32Array[],
  loss: AnswerLoss,
  runtime: Runtime,
  options: SessionOptions,
): Promise<number> {
  const graph = createGraph();
  const fed: Record<string, readonly Float32Array[]> = { points: unit, target: targets, ...(spread ? { spread } : {}) };
  const values = Object.fromEntries(
    Object.entries(fed).map(([name, data]) => [name, input(graph, name, [data.length, data[0]!.length])]),
  );
  const value = loss(values as unknown as Answer, values.target!);
  const session = await runtime.InferenceSession.create(encodeModel([value], { outputNames: ['loss'] }).bytes, options);
  const feeds = Object.fromEntries(
    Object.entries(fed).map(([name, data]) => {
      const all = Float32Array.from(data.flatMap((row) => [...row]));
      return [name, new runtime.Tensor('float32', all, values[name]!.shape)];
    }),
  );
  const results = await session.run(feeds as never);
  await session.release();
  return (results.loss!.data as Float32Array)[0]!;
}
