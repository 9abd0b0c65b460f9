import { boxAround } from '../image/box.js';
import type { Size } from '../image/crop.js';
import type { Picture } from '../image/picture.js';
import { reducePicture } from '../image/reduce.js';
import { inverse, meanOfAligned, moved, type Similarity, similarityTo } from './alignment.js';
import { principalComponents } from './components.js';
import { meshMap, ringVertices, shownAt, triangulate, withFrameRings, withoutEnd, withRings } from './mesh.js';
import { type AppearanceModel, type Placed, placedRow } from './model.js';
import { populationOf } from './population.js';

/** A face to learn from. */
export interface Example {
  /** In the picture's pixels, [2·n]. */
  readonly points: Float32Array;
  /** Grey; called once, so that not all pictures are in memory at a time. */
  readonly read: () => Promise<Picture>;
  readonly person: string;
  /** What pictures of several people have in common, such as a pose. */
  readonly view: string;
}

export interface FitOptions extends Pick<AppearanceModel, 'name' | 'markup' | 'terms' | 'fitted'> {
  /** At most so many modes. */
  readonly modes: number;
  /** Pixels from the leftmost to the rightmost mean point in the frame. */
  readonly detail: number;
  readonly onFace?: (done: number, total: number) => void;
}

export interface Fitted {
  readonly model: AppearanceModel;
  /** The share of the examples' variance that the modes hold. */
  readonly share: number;
  /** The examples' textures in the frame, to hold drawn ones against; none of them is in the model. */
  readonly textures: readonly Float32Array[];
  /** Which texels lie within the hull of the mean points. */
  readonly face: readonly boolean[];
}

/** Pictures are drawn no larger than this on their longer side. */
const longestSide = 640;

/** What is outside the points, hair and clothes, counts less than the face, or it would take most of the modes. */
const outsideWeight = 0.5;

/** Fits an appearance model to faces of one scheme of points, all of them annotated. At least three examples. */
export async function fitAppearance(examples: readonly Example[], options: FitOptions): Promise<Fitted> {
  const meanShape = meanOfAligned(examples.map(({ points }) => points));
  const { vertices, frame } = frameOf(meanShape, options.detail);
  const triangles = triangulate(vertices);
  const face = within(vertices.slice(0, meanShape.length), frame);

  const placed: Placed[] = [];
  const shapes: Float64Array[] = [];
  const textures: Float32Array[] = [];
  const sizes: Size[] = [];
  for (const { points, read } of examples) {
    const picture = await read();
    const align = similarityTo(points, meanShape);
    const shape = moved(align, points);
    const texture = pickUp(picture, moved(inverse(align), withRings(shape)), { vertices, triangles, frame });
    const light = standardise(texture, face);
    placed.push({ ...framing(inverse(align), picture), ...light });
    shapes.push(shape);
    textures.push(texture);
    sizes.push({ width: picture.width, height: picture.height });
    options.onFace?.(textures.length, examples.length);
  }

  const weights = face.map((inside) => (inside ? 1 : outsideWeight));
  const shapeWeight = balance(shapes, textures, weights);
  const count = meanShape.length;
  const rows = shapes.map((shape, i) => {
    const row = new Float32Array(count + weights.length);
    for (let k = 0; k < count; k++) row[k] = shapeWeight * shape[k]!;
    for (let k = 0; k < weights.length; k++) row[count + k] = weights[k]! * textures[i]![k]!;
    return row;
  });
  const { mean, modes, scores, share } = principalComponents(rows, options.modes);
  const split = (row: ArrayLike<number>) => ({
    shape: Float32Array.from({ length: count }, (_, k) => row[k]! / shapeWeight),
    texture: Float32Array.from(weights, (weight, k) => row[count + k]! / weight),
  });
  const described = examples.map(({ person, view }, i) => {
    return { person, view, parameters: Float64Array.from([...scores[i]!, ...placedRow(placed[i]!)]) };
  });
  const middle = split(mean);
  const { name, markup, terms, fitted } = options;
  const model = {
    ...{ name, markup, terms, fitted, picture: usualSize(sizes), frame },
    ...{ vertices: Float32Array.from(vertices), triangles, meanShape: middle.shape, meanTexture: middle.texture },
    modes: modes.map(split),
    population: populationOf(described, options.modes),
  };
  return { model, share, textures, face };
}

/** The mean points and their rings, moved and enlarged into a frame that just holds them. */
function frameOf(meanShape: Float64Array, detail: number): { vertices: Float64Array; frame: Size } {
  const all = withFrameRings(meanShape);
  const { left, top, width, height } = boxAround(all);
  const scale = detail / boxAround(meanShape).width;
  const frame = { width: Math.ceil(scale * width) + 1, height: Math.ceil(scale * height) + 1 };
  return { vertices: all.map((value, i) => scale * (value - (i % 2 === 0 ? left : top))), frame };
}

interface Mesh {
  readonly vertices: Float64Array;
  readonly triangles: Uint16Array;
  readonly frame: Size;
}

/** The picture's texture in the frame. */
function pickUp(picture: Picture, vertices: Float64Array, mesh: Mesh): Float32Array {
  // Shrunk by whole numbers first, so that each texel is the mean of the pixels that it stands for.
  const factor = Math.max(1, Math.round(Math.sqrt(area(vertices) / area(mesh.vertices))));
  const { picture: reduced, map } = reducePicture(picture, factor, factor);
  const there = vertices.map((value, i) => (value - map[i % 2 === 0 ? 2 : 5]!) / factor);
  const places = meshMap(withoutEnd({ triangles: mesh.triangles, here: mesh.vertices, there }), mesh.frame);
  return Float32Array.from({ length: places.length / 2 }, (_, i) => {
    return shownAt(reduced, places[2 * i]!, places[2 * i + 1]!);
  });
}

/** Of the box round the points themselves: outside them the frame is to another scale. */
function area(vertices: Float64Array): number {
  const { width, height } = boxAround(vertices.subarray(0, vertices.length - 2 * ringVertices));
  return width * height;
}

/** Which texels lie within the hull of the mean points. */
function within(points: Float64Array, frame: Size): boolean[] {
  const map = meshMap({ triangles: triangulate(points), here: points, there: points }, frame);
  return Array.from({ length: map.length / 2 }, (_, i) => !Number.isNaN(map[2 * i]!));
}

/** Brings the face to mean 0 and standard deviation 1, in place, and tells what they were. */
function standardise(texture: Float32Array, face: readonly boolean[]): Pick<Placed, 'brightness' | 'contrast'> {
  const own = texture.filter((_, i) => face[i]);
  const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
  const deviation = Math.max(1, Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length));
  for (let i = 0; i < texture.length; i++) texture[i] = (texture[i]! - mean) / deviation;
  return { brightness: mean, contrast: Math.log(deviation) };
}

function framing({ a, b, c, d }: Similarity, { width, height }: Size): Pick<Placed, 'size' | 'turn' | 'x' | 'y'> {
  return {
    size: Math.log(Math.hypot(a, b) / height),
    turn: Math.atan2(b, a),
    x: (c + 0.5) / width,
    y: (d + 0.5) / height,
  };
}

/** What shapes are multiplied by so that they vary as much as textures, as Cootes et al. do. */
function balance(
  shapes: readonly Float64Array[],
  textures: readonly Float32Array[],
  weights: readonly number[],
): number {
  const ones = new Array<number>(shapes[0]!.length).fill(1);
  return Math.sqrt(variance(textures, weights) / Math.max(1e-12, variance(shapes, ones)));
}

function variance(rows: readonly ArrayLike<number>[], weights: readonly number[]): number {
  let sum = 0;
  for (const [k, weight] of weights.entries()) {
    let [first, second] = [0, 0];
    for (const row of rows) {
      first += row[k]!;
      second += row[k]! ** 2;
    }
    sum += weight ** 2 * (second / rows.length - (first / rows.length) ** 2);
  }
  return sum;
}

/** The most frequent size, shrunk where it is large. */
function usualSize(sizes: readonly Size[]): Size {
  const counts = new Map<string, number>();
  for (const { width, height } of sizes) counts.set(`${width} ${height}`, (counts.get(`${width} ${height}`) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a)[0]!;
  const [width, height] = most.split(' ').map(Number) as [number, number];
  const shrink = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.round(width * shrink), height: Math.round(height * shrink) };
}
