import { readPicture } from '../data/read-picture.js';
import type { Sample } from '../data/sample.js';
import { InputError } from '../errors.js';
import type { Box } from '../image/box.js';
import type { Picture } from '../image/picture.js';
import { ahead } from './ahead.js';
import { type Detected, type DetectOptions, type Detector, detectFed, type Fed, planesOf } from './detector.js';

/** How many faces are predicted at a time. */
const batch = 16;

/** How many pictures are decoded at a time, while a batch is predicted. */
const decoding = 4;

/** A face in a picture's file, or in one that is drawn. */
export interface FaceInFile extends Pick<Sample, 'picture' | 'draw'> {
  /** In the picture's pixels; the whole picture where absent. */
  readonly box?: Box;
}

export interface PredictOptions extends DetectOptions {
  /** Told of each face whose picture or box is at fault, which then has no answer; without, the first such error is thrown. */
  readonly onProblem?: (problem: InputError) => void;
  readonly onFace?: (done: number, total: number) => void;
}

/** The answer to a face, and the box that was looked at. */
export type FoundFace = Detected & { readonly box: Box };

/**
 * Finds the points of many faces, in batches over pictures; the next pictures are decoded meanwhile.
 * @returns one answer a face in their order; undefined where there is a problem
 * Throws an InputError that names the picture, where no `onProblem` is given.
 */
export async function predictFiles(
  detector: Detector,
  faces: readonly FaceInFile[],
  { onProblem, onFace = () => {}, ...options }: PredictOptions = {},
): Promise<(FoundFace | undefined)[]> {
  const found = new Array<FoundFace | undefined>(faces.length).fill(undefined);
  let waiting: Prepared[] = [];
  const predict = async () => {
    const now = waiting;
    waiting = [];
    const answers = await detectFed(detector, now, options);
    for (const [i, { index, box }] of now.entries()) found[index] = { ...answers[i]!, box };
    // In order, so that all before it are done too.
    onFace(now.at(-1)!.index + 1, faces.length);
  };
  const pictures = byPicture(faces.map((face, index) => ({ ...face, index })));
  for await (const prepared of ahead(pictures, decoding, (part) => prepare(detector, part))) {
    for (const face of prepared) {
      if (face instanceof InputError) {
        if (!onProblem) throw face;
        onProblem(face);
      } else waiting.push(face);
      if (waiting.length === batch) await predict();
    }
  }
  if (waiting.length > 0) await predict();
  return found;
}

interface Indexed extends FaceInFile {
  readonly index: number;
}

/** Faces of one picture that stand one after the other. */
export function byPicture<T extends FaceInFile>(faces: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (const face of faces) {
    const last = parts.at(-1);
    if (last?.[0]?.picture === face.picture) last.push(face);
    else parts.push([face]);
  }
  return parts;
}

type Prepared = Fed & { readonly index: number; readonly box: Box };

/** What the network is fed for the faces of one picture; where they all cannot be had, one problem. */
async function prepare(
  { metadata: { input } }: Detector,
  faces: readonly Indexed[],
): Promise<(Prepared | InputError)[]> {
  const file = faces[0]!.picture;
  try {
    const picture = await readPicture(faces[0]!, input);
    return faces.map(({ index, box = { left: 0, top: 0, width: picture.width, height: picture.height } }) => {
      return outside(box, picture) ? problem(file, box, picture) : { ...planesOf({ picture, box }, input), index, box };
    });
  } catch (error) {
    if (error instanceof InputError) return [error];
    throw error;
  }
}

const outside = (box: Box, { width, height }: Picture): boolean =>
  box.left >= width || box.top >= height || box.left + box.width <= 0 || box.top + box.height <= 0;

const problem = (file: string, { left, top, ...side }: Box, { width, height }: Picture): InputError =>
  new InputError(
    `${file}: the box ${[left, top, side.width, side.height]} lies wholly outside the ${width}×${height} picture; give left,top,width,height in its pixels`,
  );
