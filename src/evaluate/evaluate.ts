import { choosePoints, firstGap } from '../data/choose-points.js';
import type { Normaliser } from '../data/markup.js';
import { readPicture } from '../data/read-picture.js';
import type { Dataset, Sample } from '../data/sample.js';
import { InputError } from '../errors.js';
import { invert, mapPoints } from '../image/affine.js';
import { cropMap, toUnit } from '../image/crop.js';
import { type JudgedFace, judgeFace } from '../metrics/judged-face.js';
import { type DetectOptions, type Detector, detect } from '../predict/detector.js';

/** How many faces are predicted at a time. */
const batch = 16;

export interface EvaluateOptions extends DetectOptions {
  /** What errors are divided by; the markup's first where absent. */
  readonly normaliser?: Normaliser | undefined;
  readonly onFace?: (done: number, total: number) => void;
}

/**
 * Predicts faces and holds them against their points.
 * @param samples of the data set, those to judge
 * Throws an InputError where the model predicts points of another markup, or a sample has none.
 */
export async function evaluate(
  detector: Detector,
  dataset: Dataset,
  samples: readonly Sample[],
  { normaliser, onFace = () => {}, ...options }: EvaluateOptions = {},
): Promise<JudgedFace[]> {
  const { markup } = dataset;
  const { input, chosen } = detector.metadata;
  requireSameMarkup(detector, dataset);
  const faces: JudgedFace[] = [];
  for (let start = 0; start < samples.length; start += batch) {
    const part = samples.slice(start, start + batch);
    const pictures = await Promise.all(part.map((sample) => readPicture(sample, input)));
    const found = await detect(
      detector,
      part.map(({ box }, i) => ({ picture: pictures[i]!, box })),
      options,
    );
    for (const [i, sample] of part.entries()) {
      if (!sample.points) throw new InputError(`${sample.picture}: has no points to hold the prediction against`);
      const gap = firstGap(sample, chosen);
      if (gap !== undefined) {
        throw new InputError(
          `${sample.picture}: point ${gap} is not annotated, to hold the prediction against; leave the face out`,
        );
      }
      const map = cropMap(input.crop, pictures[i]!, sample.box, input);
      const truth = toUnit(mapPoints(invert(map), choosePoints(sample.points, chosen)), input);
      const unit = { predicted: found[i]!.unit, truth };
      faces.push(judgeFace(sample, found[i]!, unit, { markup, chosen, normaliser }));
    }
    onFace(faces.length, samples.length);
  }
  return faces;
}

/** Throws an InputError where the model predicts points of another markup than the data's. */
export function requireSameMarkup({ metadata }: Detector, { markup, name }: Dataset): void {
  if (metadata.markup.name === markup.name) return;
  throw new InputError(
    `the model ${metadata.name} predicts points of ${metadata.markup.name}, but ${name} has those of ${markup.name}`,
  );
}
