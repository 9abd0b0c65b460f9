import { InputError, reason } from '../../errors.js';
import { type Box, boxAround } from '../../image/box.js';
import type { Size } from '../../image/crop.js';
import { pictureSize } from '../../image/decode.js';
import { mapParallel } from '../../parallel.js';
import { oneLine } from '../quoted.js';
import type { Dataset, Sample } from '../sample.js';
import { knownOrigin, type Origin, withoutExtension } from './known-sets.js';
import { type OnProblem, reporting } from './problem.js';

/** A face as an annotation describes it, before its picture is looked at. */
export interface Face {
  /** File and line, as `labels.xml:12`. */
  readonly where: string;
  /** The picture as the annotation names it. */
  readonly name: string;
  /** The path of the picture. */
  readonly picture: string;
  /** The picture's size, where the annotation knows it. */
  readonly size?: Size;
  /** Where absent, the box around the points. */
  readonly box?: Box;
  readonly points?: Float32Array;
  readonly visible?: Uint8Array;
  /** What the annotation itself says of these. */
  readonly id?: string;
  readonly group?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Holds each face against its picture and makes samples of them, in order, with the terms of data sets that are known.
 * Every picture's header is read, once.
 * @param annotation the file or folder that the faces were read from
 * Throws an InputError, or tells `onProblem`, where a picture is missing or broken or has another size than was said, or
 * where a box has no area or lies wholly outside; throws one where no face is left.
 */
export async function samplesOf(
  faces: readonly Face[],
  annotation: string,
  onProblem: OnProblem | undefined,
): Promise<Pick<Dataset, 'samples' | 'terms'>> {
  const sizes = await pictureSizes(faces.map((face) => face.picture));
  const ids = uniqueIds(faces);
  const samples: Sample[] = [];
  const terms = new Set<string>();
  faces.forEach((face, i) => {
    const origin = knownOrigin(face.picture.replaceAll('\\', '/'), annotation);
    const sample = reporting(onProblem, () => sampleOf(face, sizes.get(face.picture)!, ids[i]!, origin));
    if (sample) samples.push(sample);
    if (sample && origin) terms.add(origin.terms);
  });
  if (samples.length === 0) throw new InputError(`${annotation}: holds no face that can be used`);
  return { samples, ...(terms.size > 0 && { terms: [...terms].join('; ') }) };
}

function sampleOf(face: Face, size: Size | InputError, id: string, origin: Origin | undefined): Sample {
  const { where, picture, name, points, visible } = face;
  if (size instanceof InputError) throw new InputError(`${where}: ${oneLine(reason(size))}`);
  if (face.size && (face.size.width !== size.width || face.size.height !== size.height)) {
    throw new InputError(
      `${where}: says that ${oneLine(name)} has ${face.size.width} × ${face.size.height} pixels, but upright it has ${size.width} × ${size.height}: the annotation belongs to another version of the picture`,
    );
  }
  return {
    id,
    picture,
    box: face.box ? checkedBox(face.box, size, where) : boxOfPoints(points, visible, size, where),
    ...(points && { points }),
    ...(visible && { visible }),
    group: face.group ?? origin?.group ?? pictureId(name),
    tags: { ...origin?.tags, ...face.tags },
  };
}

function checkedBox(box: Box, size: Size, where: string): Box {
  const { left, top, width, height } = box;
  const shown = `the box (left ${left}, top ${top}, width ${width}, height ${height})`;
  if (!(width > 0 && height > 0)) {
    throw new InputError(`${where}: ${shown} has no area; width and height must be above 0`);
  }
  if (!overlaps(box, size)) {
    throw new InputError(
      `${where}: ${shown} lies wholly outside its picture of ${size.width} × ${size.height} pixels; mend it or remove the face`,
    );
  }
  return box;
}

/** Around the annotated points; the whole picture where they have no extent, for then they do not tell how large the face is. */
function boxOfPoints(
  points: Float32Array | undefined,
  visible: Uint8Array | undefined,
  size: Size,
  where: string,
): Box {
  if (!points) throw new InputError(`${where}: the face has neither box nor points; give it one of them`);
  const placed = points.filter((_, i) => visible?.[i >> 1] !== 0);
  if (placed.length === 0) throw new InputError(`${where}: the face has no box and none of its points is annotated`);
  const box = boxAround(placed);
  const { left, top, width, height } = box;
  if (left + width < -0.5 || top + height < -0.5 || left > size.width - 0.5 || top > size.height - 0.5) {
    throw new InputError(
      `${where}: all points lie outside the picture of ${size.width} × ${size.height} pixels, the first at (${placed[0]}, ${placed[1]}); mend them or remove the face`,
    );
  }
  return width > 0 && height > 0 ? box : { left: 0, top: 0, ...size };
}

const overlaps = ({ left, top, width, height }: Box, picture: Size): boolean =>
  left < picture.width && top < picture.height && left + width > 0 && top + height > 0;

/** The size of each picture, or why it cannot be had. */
export async function pictureSizes(pictures: readonly string[]): Promise<Map<string, Size | InputError>> {
  // More than the 4 threads that Node reads files with, so that these never wait.
  const atOnce = 16;
  const entries = await mapParallel([...new Set(pictures)], atOnce, async (picture) => {
    const size = await pictureSize(picture).catch((error: unknown) => {
      if (error instanceof InputError) return error;
      throw error;
    });
    return [picture, size] as const;
  });
  return new Map(entries);
}

/** `afw/1051618982_1` for a picture's only face, `afw/1051618982_1#2` for the second of several. */
function uniqueIds(faces: readonly Face[]): string[] {
  const wanted = faces.map((face) => face.id ?? pictureId(face.name));
  const count = new Map<string, number>();
  for (const id of wanted) count.set(id, (count.get(id) ?? 0) + 1);
  const taken = new Set(wanted.filter((id) => count.get(id) === 1));
  const last = new Map<string, number>();
  return wanted.map((id) => {
    if (count.get(id) === 1) return id;
    let number = last.get(id) ?? 0;
    let numbered: string;
    do numbered = `${id}#${++number}`;
    while (taken.has(numbered));
    last.set(id, number);
    taken.add(numbered);
    return numbered;
  });
}

/** `../pictures/a.jpg` → `pictures/a` */
const pictureId = (name: string): string =>
  oneLine(withoutExtension(name.replaceAll('\\', '/').replace(/^([a-z]:)?(\.{0,2}\/)+/i, ''))) || 'picture';
