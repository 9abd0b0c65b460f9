import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { z } from 'zod';
import { InputError, reason } from '../errors.js';
import { type AppearanceModel, placedCount } from './model.js';

/** The first line of such a file. */
const magic = 'fiducial appearance 1\n';

/** Textures are kept in steps of so much of the face's standard deviation: below what grain hides. */
const step = 1 / 64;

const count = z.int().min(1).max(1e7);
const size = z.object({ width: count, height: count });
const header = z.object({
  name: z.string(),
  markup: z.unknown(),
  terms: z.string(),
  fitted: z.string(),
  picture: size,
  frame: size,
  points: count,
  vertices: count,
  triangles: count,
  modes: z.int().min(0),
  views: z.array(z.string()).min(1),
  persons: z.int().min(0),
  pictures: z.int().min(0),
});

/**
 * The bytes of a model: the magic line, a line of JSON, and the numbers, compressed: little-endian, textures in whole steps
 * of a scale of their own, each as the difference from its left neighbour.
 */
export function encodeModel(model: AppearanceModel): Uint8Array {
  const { name, markup, terms, fitted, picture, frame, vertices, triangles, meanShape, modes, population } = model;
  const about: z.infer<typeof header> = {
    ...{ name, markup, terms, fitted, picture, frame },
    points: meanShape.length / 2,
    vertices: vertices.length / 2,
    triangles: triangles.length / 3,
    modes: modes.length,
    views: population.views.map((view) => view.name),
    persons: population.persons.length,
    pictures: population.pictures.length,
  };
  const textures = [model.meanTexture, ...modes.map(({ texture }) => texture)];
  const scales = textures.map((texture) =>
    Math.max(step, texture.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / 127),
  );
  const rows = [
    vertices,
    meanShape,
    ...modes.map(({ shape }) => shape),
    ...population.views.map(({ mean }) => mean),
    ...population.persons,
    ...population.pictures,
    Float32Array.from(scales),
  ];
  const parts: Uint8Array[] = [
    ...rows.map((row) => new Uint8Array(Float32Array.from(row).buffer)),
    new Uint8Array(Uint16Array.from(triangles).buffer),
    ...textures.map((texture, i) => differences(texture, scales[i]!)),
  ];
  const numbers = brotliCompressSync(Buffer.concat(parts), { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
  return Buffer.concat([Buffer.from(`${magic}${JSON.stringify(about)}\n`), numbers]);
}

/** Throws an InputError that names the file where it is none, or damaged. */
export function decodeModel(bytes: Uint8Array, file: string): AppearanceModel {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start.subarray(0, magic.length).toString('latin1') !== magic) {
    throw new InputError(`${file}: is no appearance model; fit one with fiducial fit-appearance`);
  }
  const end = start.indexOf('\n', magic.length);
  try {
    const about = header.parse(JSON.parse(start.subarray(magic.length, end).toString('utf8')));
    return unpacked(about, new Uint8Array(brotliDecompressSync(start.subarray(end + 1))));
  } catch (error) {
    const what = error instanceof z.ZodError ? error.issues[0]!.message : reason(error);
    throw new InputError(`${file}: is a damaged appearance model (${what}); copy or fit it again`);
  }
}

function unpacked(about: z.infer<typeof header>, bytes: Uint8Array): AppearanceModel {
  let at = 0;
  const take = (length: number) => {
    if (at + length > bytes.length) throw new Error('it ends too soon');
    at += length;
    // A copy, for typed arrays begin at multiples of their numbers' size.
    return bytes.slice(at - length, at).buffer;
  };
  const floats = (length: number) => new Float32Array(take(4 * length));
  const list = <T>(length: number, one: () => T): T[] => Array.from({ length }, one);
  const { name, markup, terms, fitted, picture, frame, points, modes } = about;
  const parameters = modes + placedCount;
  const vertices = floats(2 * about.vertices);
  const meanShape = floats(2 * points);
  const shapes = list(modes, () => floats(2 * points));
  const views = about.views.map((view) => ({ name: view, mean: floats(parameters) }));
  const persons = list(about.persons, () => floats(parameters));
  const pictures = list(about.pictures, () => floats(parameters));
  const scales = floats(modes + 1);
  const triangles = new Uint16Array(take(6 * about.triangles));
  if (triangles.some((corner) => corner >= about.vertices)) throw new Error('a triangle has no such corner');
  const [meanTexture, ...textures] = list(modes + 1, () => new Uint8Array(take(frame.width * frame.height))).map(
    (texture, i) => summed(texture, scales[i]!),
  );
  if (at !== bytes.length) throw new Error('more follows than it says');
  return {
    ...{ name, markup, terms, fitted, picture, frame, vertices, triangles, meanShape },
    meanTexture: meanTexture!,
    modes: shapes.map((shape, i) => ({ shape, texture: textures[i]! })),
    population: { views, persons, pictures },
  };
}

/** Smooth textures have small differences, which compress to less. They wrap round at 256. */
function differences(texture: Float32Array, scale: number): Uint8Array {
  let before = 0;
  return Uint8Array.from(texture, (value) => {
    const level = Math.round(value / scale);
    const difference = (level - before) & 255;
    before = level;
    return difference;
  });
}

function summed(differences: Uint8Array, scale: number): Float32Array {
  let level = 0;
  return Float32Array.from(differences, (difference) => {
    level = ((level + difference) << 24) >> 24;
    return level * scale;
  });
}
