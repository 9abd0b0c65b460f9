import { mapPoints } from '../image/affine.js';
import { fromUnit, type Size } from '../image/crop.js';
import { pointErrors } from '../metrics/point-error.js';
import { mean, median } from '../metrics/quantile.js';
import { createGraph, input } from '../tensor/graph.js';
import { openInference } from '../tensor/inference.js';
import type { Loss } from '../tensor/losses.js';
import { encodeModel } from '../tensor/onnx/encode.js';
import type { Runtime, SessionOptions } from '../tensor/runtime.js';
import type { Prepared } from './batches/prepare.js';

/** How many pictures are predicted at a time. */
const batch = 16;

export interface Validation {
  readonly loss: number;
  /** Over faces, of the mean point error in picture pixels. */
  readonly pixels: { readonly mean: number; readonly median: number };
  /** The predicted points of each face in picture pixels, [2·points]. */
  readonly points: readonly Float32Array[];
  /** The same in the crop's unit square. */
  readonly unit: readonly Float32Array[];
}

export interface Validator {
  /** Judges a model as it would be shipped. */
  run(model: Uint8Array): Promise<Validation>;
  /** Judges given answers, in the unit square. */
  judge(unit: readonly Float32Array[]): Promise<Validation>;
}

/** @param faces the validation faces as the network sees them, never augmented */
export function createValidator(
  faces: readonly Prepared[],
  form: Size & { readonly channels: number },
  loss: Loss,
  runtime: Runtime,
  options: SessionOptions,
): Validator {
  const inPicture = ({ map }: Prepared, unit: Float32Array) => mapPoints(map, fromUnit(unit, form));
  const truth = faces.map((face) => inPicture(face, face.target));

  const judge = async (unit: readonly Float32Array[]): Promise<Validation> => {
    const points = unit.map((row, i) => inPicture(faces[i]!, row));
    const errors = points.map((row, i) => mean(pointErrors(row, truth[i]!)));
    const targets = faces.map(({ target }) => target);
    return {
      loss: await lossBetween(unit, targets, loss, runtime, options),
      pixels: { mean: mean(errors), median: median(errors) },
      points,
      unit,
    };
  };
  const run = async (model: Uint8Array) => judge(await predictUnit(model, faces, form, runtime, options));
  return { run, judge };
}

/** What a model answers, in the unit square. */
export async function predictUnit(
  model: Uint8Array,
  faces: readonly Pick<Prepared, 'image'>[],
  { channels, height, width }: Size & { readonly channels: number },
  runtime: Runtime,
  options: SessionOptions,
): Promise<Float32Array[]> {
  const inference = await openInference(model, 'the model', runtime, options);
  const rows: Float32Array[] = [];
  for (let start = 0; start < faces.length; start += batch) {
    const part = faces.slice(start, start + batch);
    const images = new Float32Array(part.length * channels * height * width);
    for (const [i, { image }] of part.entries()) images.set(image, i * image.length);
    const output = await inference.run(images, [part.length, channels, height, width]);
    const columns = output.length / part.length;
    for (let i = 0; i < part.length; i++) rows.push(output.slice(i * columns, (i + 1) * columns));
  }
  await inference.release();
  return rows;
}

/** The training's own loss, over all faces at once. */
async function lossBetween(
  predicted: readonly Float32Array[],
  targets: readonly Float32Array[],
  loss: Loss,
  runtime: Runtime,
  options: SessionOptions,
): Promise<number> {
  const graph = createGraph();
  const shape = [targets.length, targets[0]!.length];
  const value = loss(input(graph, 'predicted', shape), input(graph, 'target', shape));
  const session = await runtime.InferenceSession.create(encodeModel([value], { outputNames: ['loss'] }).bytes, options);
  const tensor = (rows: readonly Float32Array[]) =>
    new runtime.Tensor('float32', Float32Array.from(rows.flatMap((row) => [...row])), shape);
  const results = await session.run({ predicted: tensor(predicted), target: tensor(targets) } as never);
  await session.release();
  return (results.loss!.data as Float32Array)[0]!;
}
