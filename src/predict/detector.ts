import { decodeMetadata, type ModelMetadata } from '../data/model-metadata.js';
import { InputError, reason } from '../errors.js';
import { type Affine, compose, invert, mapPoints } from '../image/affine.js';
import type { Box } from '../image/box.js';
import { cropMap, fromUnit } from '../image/crop.js';
import { type InputForm, inputPlanes, normalisePlanes } from '../image/input.js';
import type { Picture } from '../image/picture.js';
import { reduceForCrops } from '../image/reduce.js';
import { type Inference, type InferenceOptions, openInference } from '../tensor/inference.js';
import { readMetadata } from '../tensor/onnx/metadata.js';
import type { Runtime } from '../tensor/runtime.js';
import { type Answer, meanAnswer, mirrorAnswer, mirrorPlanes, requirePartners } from './mirror.js';

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
  /** How far from the truth the model expects each point to be, in picture pixels, [points]; absent where it does not say. */
  readonly spread?: Float32Array;
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
  options: InferenceOptions = {},
): Promise<Detector> {
  const metadata = decodeMetadata(readMetadata(model, source), source);
  const inference = await openInference(model, source, runtime, options);
  const run: Inference['run'] = async (images, shape) => {
    const output = await inference.run(images, shape).catch((error: unknown) => {
      throw new InputError(`${source}: does not run as its metadata say (${reason(error)}); export it again`);
    });
    const { points = new Float32Array(0), spread } = output;
    const count = metadata.markup.points.length;
    const wrong =
      points.length !== shape[0]! * 2 * count ? points : spread?.length === shape[0]! * count ? undefined : spread;
    if (!wrong) {
      if (points.every(Number.isFinite) && (spread ?? []).every(Number.isFinite)) return output;
      throw new InputError(`${source}: gives points that are not numbers; it is damaged, copy or export it again`);
    }
    throw new InputError(
      `${source}: gives ${wrong.length / shape[0]!} numbers a face where its metadata tell of ${count} points; export it again`,
    );
  };
  return { metadata, inference: { ...inference, run } };
}

export interface DetectOptions {
  /** Predict each face in the mirror too, and take the mean of both answers: twice the work. */
  readonly mirror?: boolean;
}

/**
 * Finds the points of faces, all in one batch: choose how many so that they fit into memory.
 * Throws an InputError where it shall mirror but the markup does not know which points change places.
 */
export const detect = (
  detector: Detector,
  faces: readonly FaceInPicture[],
  options: DetectOptions = {},
): Promise<Detected[]> =>
  detectFed(
    detector,
    faces.map((face) => planesOf(face, detector.metadata.input)),
    options,
  );

/** A face as the network is fed it. */
export interface Fed {
  /** Normalised, [channels, height, width]. */
  readonly planes: Float32Array;
  /** From input pixels to the picture's. */
  readonly map: Affine;
}

/** `detect` of faces that are prepared already. */
export async function detectFed(
  { metadata: { input, markup }, inference }: Detector,
  fed: readonly Fed[],
  { mirror = false }: DetectOptions = {},
): Promise<Detected[]> {
  const size = input.channels * input.height * input.width;
  const count = markup.points.length;
  const run = async (of: (planes: Float32Array) => Float32Array): Promise<Answer[]> => {
    const images = new Float32Array(fed.length * size);
    for (const [i, { planes }] of fed.entries()) images.set(of(planes), i * size);
    const { points, spread } = await inference.run(images, [fed.length, input.channels, input.height, input.width]);
    return fed.map((_, i) => ({
      unit: points!.slice(i * 2 * count, (i + 1) * 2 * count),
      ...(spread ? { spread: spread.slice(i * count, (i + 1) * count) } : {}),
    }));
  };
  if (mirror) requirePartners(markup);
  const answers = await run((planes) => planes);
  const mirrored = mirror ? await run((planes) => mirrorPlanes(planes, input)) : undefined;
  return fed.map(({ map }, i) => {
    const { unit, spread } = mirrored ? meanAnswer(answers[i]!, mirrorAnswer(mirrored[i]!, markup)) : answers[i]!;
    const pixel = input.width * Math.hypot(map[0], map[3]);
    return {
      unit,
      points: mapPoints(map, fromUnit(unit, input)),
      ...(spread ? { spread: spread.map((e) => e * pixel) } : {}),
    };
  });
}

/** A face as the network is fed it: planes [channels, height, width]; `map` is from input pixels to the picture's. */
export const planesOf = ({ picture, box }: FaceInPicture, input: InputForm): Fed =>
  planesThrough(picture, cropMap(input.crop, picture, box, input), input);

/** The same of any part of a picture. @param map from input pixels to the picture's */
export function planesThrough(picture: Picture, map: Affine, input: InputForm): Fed {
  const reduced = reduceForCrops(picture, [map]);
  const planes = inputPlanes(reduced.picture, compose(invert(reduced.map), map), input);
  return { planes: normalisePlanes(planes, input), map };
}
