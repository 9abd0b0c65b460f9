import { runtime } from '../src/cli/engine.js';
import { InputError } from '../src/errors.js';
import { boxAround } from '../src/image/box.js';
import { decodePicture } from '../src/image/decode.js';
import { detect, openDetector } from '../src/predict/detector.js';
import { readRun } from '../src/report/read-run.js';

export interface HalfDifference {
  /** Of any coordinate of any point, in percent of the crop's side. */
  readonly percent: number;
  /** Over how many faces. */
  readonly faces: number;
}

/**
 * How far the predictions of two models lie apart at most, on the validation pictures that the run folder keeps; boxes are
 * those of the true points. Throws an InputError where it keeps none.
 */
export async function largestDifference(folder: string, one: Uint8Array, other: Uint8Array): Promise<HalfDifference> {
  const { predictions, pictures } = readRun(folder);
  const detectors = [
    await openDetector(one, `${folder}'s model`, runtime),
    await openDetector(other, `${folder}'s model in half precision`, runtime),
  ] as const;
  const { channels } = detectors[0].metadata.input;
  let [share, faces] = [0, 0];
  for (const { name, truth } of predictions) {
    const kept = pictures.get(name);
    if (!kept) continue;
    const picture = await decodePicture(kept.file, { channels });
    const box = boxAround(truth.map((value, i) => (value - (i % 2 === 0 ? kept.left : kept.top)) * kept.scale));
    const [[a], [b]] = [await detect(detectors[0], [{ picture, box }]), await detect(detectors[1], [{ picture, box }])];
    for (const [i, value] of a!.unit.entries()) share = Math.max(share, Math.abs(value - b!.unit[i]!));
    faces++;
  }
  for (const { inference } of detectors) await inference.release();
  if (faces === 0)
    throw new InputError(`${folder}: keeps no validation picture to compare predictions on; train it to its end`);
  return { percent: 100 * share, faces };
}
