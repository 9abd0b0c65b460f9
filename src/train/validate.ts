import { mapPoints } from '../image/affine.js';
import { fromUnit, type Size } from '../image/crop.js';
import { pointErrors } from '../metrics/point-error.js';
import { mean, median } from '../metrics/quantile.js';
import type { Answer, NetworkSettings } from '../models/network.js';
import { createGraph, input } from '../tensor/graph.js';
import { openInference } from '../tensor/inference.js';
import { encodeModel } from '../tensor/onnx/encode.js';
import type { Runtime, SessionOptions } from '../tensor/runtime.js';
import type { Weights } from '../tensor/weights.js';
import type { Prepared } from './batches/prepare.js';
import { compileForward } from './forward.js';
import type { AnswerLoss } from './loss.js';
import { mapValues } from './map-values.js';

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
  /** Judges a network by its weights. */
  run(weights: readonly Weights[]): Promise<Validation>;
  /** Judges a model as it is shipped. */
  runModel(model: Uint8Array): Promise<Judged>;
  /** Judges given answers. */
  judge(answers: Answers): Judged;
  release(): Promise<void>;
}

/** @param faces the validation faces as the network sees them, never augmented */
export async function createValidator(
  faces: readonly Prepared[],
  network: NetworkSettings,
  loss: AnswerLoss,
  runtime: Runtime,
  options: SessionOptions,
): Promise<Validator> {
  const { input } = network;
  const inPicture = ({ map }: Prepared, unit: Float32Array) => mapPoints(map, fromUnit(unit, input));
  const truth = faces.map((face) => inPicture(face, face.target));
  const batches = inBatches(faces, input);
  const [forward, lossOf] = await Promise.all([
    compileForward(network, batch, runtime, options),
    compileLoss(faces, network, loss, runtime, options),
  ]);

  const judge = (answers: Answers): Judged => {
    const points = answers.unit.map((row, i) => inPicture(faces[i]!, row));
    const errors = points.map((row, i) => mean(pointErrors(row, truth[i]!)));
    return { ...answers, points, pixels: { mean: mean(errors), median: median(errors) } };
  };
  const run = async (weights: readonly Weights[]) => {
    const answers = await answersOf(batches, forward.by(weights));
    return { ...judge(answers), loss: await lossOf.run(answers) };
  };
  const runModel = async (model: Uint8Array) => judge(await predictUnit(model, faces, input, runtime, options));
  const release = async () => {
    await forward.release();
    await lossOf.release();
  };
  return { run, runModel, judge, release };
}

/** A model's answers, as it is shipped. */
export async function predictUnit(
  model: Uint8Array,
  faces: readonly Pick<Prepared, 'image'>[],
  form: InputSize,
  runtime: Runtime,
  options: SessionOptions,
): Promise<Answers> {
  const inference = await openInference(model, 'the model', runtime, options);
  const shape = [batch, form.channels, form.height, form.width];
  const answers = await answersOf(inBatches(faces, form), (images) => inference.run(images, shape));
  await inference.release();
  return answers;
}

type InputSize = Size & { readonly channels: number };

interface Images {
  /** [batch, channels, height, width], at the end of the last one zeros. */
  readonly images: Float32Array;
  /** How many of them are faces. */
  readonly count: number;
}

function inBatches(faces: readonly Pick<Prepared, 'image'>[], { channels, height, width }: InputSize): Images[] {
  return Array.from({ length: Math.ceil(faces.length / batch) }, (_, i) => {
    const part = faces.slice(i * batch, (i + 1) * batch);
    const images = new Float32Array(batch * channels * height * width);
    for (const [j, { image }] of part.entries()) images.set(image, j * image.length);
    return { images, count: part.length };
  });
}

async function answersOf(
  batches: readonly Images[],
  run: (images: Float32Array) => Promise<Readonly<Record<string, Float32Array>>>,
): Promise<Answers> {
  const unit: Float32Array[] = [];
  const spread: Float32Array[] = [];
  for (const { images, count } of batches) {
    const output = await run(images);
    unit.push(...rows(output.points!, batch).slice(0, count));
    if (output.spread) spread.push(...rows(output.spread, batch).slice(0, count));
  }
  return { unit, ...(spread.length > 0 ? { spread } : {}) };
}

function rows(all: Float32Array, count: number): Float32Array[] {
  const columns = all.length / count;
  return Array.from({ length: count }, (_, i) => all.slice(i * columns, (i + 1) * columns));
}

/** The training's own loss, over all faces at once. */
async function compileLoss(
  faces: readonly Pick<Prepared, 'target'>[],
  { points, spread }: NetworkSettings,
  loss: AnswerLoss,
  runtime: Runtime,
  options: SessionOptions,
) {
  const graph = createGraph();
  const sizes = { points: 2 * points, target: 2 * points, ...(spread ? { spread: points } : {}) };
  const values = mapValues(sizes, (size, name) => input(graph, name, [faces.length, size]));
  const value = loss(values as unknown as Answer, values.target!);
  const session = await runtime.InferenceSession.create(encodeModel([value], { outputNames: ['loss'] }).bytes, options);
  const truth = faces.map(({ target }) => target);
  const run = async (answers: Answers): Promise<number> => {
    const data = { points: answers.unit, target: truth, spread: answers.spread };
    const feeds = mapValues(values, ({ shape }, name) => {
      const all = Float32Array.from(data[name as keyof typeof data]!.flatMap((row) => [...row]));
      return new runtime.Tensor('float32', all, shape);
    });
    const results = await session.run(feeds as never);
    return (results.loss!.data as Float32Array)[0]!;
  };
  return { run, release: () => session.release() };
}
