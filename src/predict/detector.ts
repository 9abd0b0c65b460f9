import { decodeMetadata, type ModelMetadata } from '../data/model-metadata.js';
import { InputError, reason } from '../errors.js';
import { type Affine, compose, invert, mapPoints } from '../image/affine.js';
import type { Box } from '../image/box.js';
import { cropMap, fromUnit } from '../image/crop.js';
import { type InputForm, inputPlanes, normalisePlanes } from '../image/input.js';
import type { Picture } from '../image/picture.js';
import { reduceForCrops } from '../image/reduce.js';
import { type Inference, openInference } from '../tensor/inference.js';
import { readMetadata } from '../tensor/onnx/metadata.js';
import type { Runtime, SessionOptions } from '../tensor/runtime.js';

/** A model.onnx ready to find points. */
export interface Detector {
  readonly metadata: ModelMetadata;
  readonly inference: Inference;
}

/** A face to find the points of. */
export interface FaceInPicture {
  /** With as many channels as the model's input. */
  readonly picture: Picture;
  /** Where the face is, in the picture's pixels. */
  readonly box: Box;
}

export interface Detected {
  /** (x, y) pairs in the picture's own pixels, [2·points]; they may lie outside it. */
  readonly points: Float32Array;
  /** The same in the crop's unit square. */
  readonly unit: Float32Array;
}

/**
 * Opens a model, to find points with `detect`; `inference.release()` ends it.
 * @param source what errors call the model: its file
 * Throws an InputError, now or when faces are detected, where the model's graph is not what its metadata say.
 */
export async function openDetector(
  model: Uint8Array,
  source: string,
  runtime: Runtime,
  options: SessionOptions = {},
): Promise<Detector> {
  const metadata = decodeMetadata(readMetadata(model, source), source);
  const inference = await openInference(model, source, runtime, options);
  const run: Inference['run'] = async (images, shape) => {
    const output = await inference.run(images, shape).catch((error: unknown) => {
      throw new InputError(`${source}: does not run as its metadata say (${reason(error)}); export it again`);
    });
    const expected = shape[0]! * 2 * metadata.markup.points.length;
    if (output.length === expected) return output;
    throw new InputError(
      `${source}: gives ${output.length / shape[0]!} numbers a face where its metadata tell of ${metadata.markup.points.length} points; export it again`,
    );
  };
  return { metadata, inference: { run, release: inference.release } };
}

/** Finds the points of faces, all in one batch: choose how many so that they fit into memory. */
export async function detect(
  { metadata: { input, markup }, inference }: Detector,
  faces: readonly FaceInPicture[],
): Promise<Detected[]> {
  const size = input.channels * input.height * input.width;
  const fed = faces.map((face) => planesOf(face, input));
  const images = new Float32Array(faces.length * size);
  for (const [i, { planes }] of fed.entries()) images.set(planes, i * size);
  const output = await inference.run(images, [faces.length, input.channels, input.height, input.width]);
  const columns = 2 * markup.points.length;
  return fed.map(({ map }, i) => {
    const unit = output.slice(i * columns, (i + 1) * columns);
    return { unit, points: mapPoints(map, fromUnit(unit, input)) };
  });
}

/** A face as the network is fed it: planes [channels, height, width]; `map` is from input pixels to the picture's. */
export function planesOf({ picture, box }: FaceInPicture, input: InputForm): { planes: Float32Array; map: Affine } {
  const map = cropMap(input.crop, picture, box, input);
  const reduced = reduceForCrops(picture, [map]);
  const planes = inputPlanes(reduced.picture, compose(invert(reduced.map), map), input);
  return { planes: normalisePlanes(planes, input), map };
}
