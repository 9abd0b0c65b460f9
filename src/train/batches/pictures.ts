import { readPicture } from '../../data/read-picture.js';
import type { Sample } from '../../data/sample.js';
import type { Affine } from '../../image/affine.js';
import { cropMap, type Size } from '../../image/crop.js';
import type { InputForm } from '../../image/input.js';
import type { Picture } from '../../image/picture.js';
import { reduceForCrops } from '../../image/reduce.js';

/** How many pictures are decoded at a time; the decoder has threads of its own. */
const atATime = 4;

/** A sample's picture in memory that worker threads share. */
export interface LoadedPicture {
  /** Reduced where the crop shrinks it much anyway. */
  readonly picture: Picture;
  /** From its pixels to those of the picture's file. */
  readonly toFile: Affine;
  /** Of the picture's file, in pixels. */
  readonly size: Size;
}

/**
 * Decodes (or draws) each picture once and reduces it to what its crops need, so that an epoch costs no decoding and little
 * averaging. @returns a picture for each sample, the same object for samples of one file
 */
export async function loadPictures(
  samples: readonly Sample[],
  form: InputForm,
  onPicture: (done: number, total: number) => void = () => {},
): Promise<LoadedPicture[]> {
  const faces = new Map<string, Sample[]>();
  for (const sample of samples) faces.set(sample.picture, [...(faces.get(sample.picture) ?? []), sample]);
  const loaded = new Map<string, LoadedPicture>();
  const files = [...faces.keys()];
  let next = 0;
  const work = async () => {
    for (let file = files[next++]; file !== undefined; file = files[next++]) {
      const those = faces.get(file)!;
      const boxes = those.map(({ box }) => box);
      loaded.set(file, reduceFor(await readPicture(those[0]!, form), boxes, form));
      onPicture(loaded.size, files.length);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return samples.map(({ picture }) => loaded.get(picture)!);
}

function reduceFor(picture: Picture, boxes: readonly Sample['box'][], form: InputForm): LoadedPicture {
  const maps = boxes.map((box) => cropMap(form.crop, picture, box, form));
  const reduced = reduceForCrops(picture, maps);
  return {
    picture: share(reduced.picture),
    toFile: reduced.map,
    size: { width: picture.width, height: picture.height },
  };
}

function share(picture: Picture): Picture {
  const data = new Uint8Array(new SharedArrayBuffer(picture.data.length));
  data.set(picture.data);
  return { ...picture, data };
}
