import Delaunator from 'delaunator';
import { boxAround } from '../image/box.js';
import type { Size } from '../image/crop.js';

/** How far a ring lies from the middle of the shape's box, in half widths to the sides, half heights up and down. */
interface Ring {
  readonly side: number;
  readonly up: number;
  readonly down: number;
}

/** Forehead, ears and chin; hair and shoulders are between it and the outer ring. */
const inner: Ring = { side: 1.25, up: 1.75, down: 1.2 };

/** How far the texture reaches in pictures: nearly to their borders, where a face is framed as a portrait. */
const outer: Ring = { side: 2.9, up: 3, down: 2.6 };

/** Where the outer ring lies in the frame: what is far from the face needs less detail. */
const squeezed: Ring = { side: 1.75, up: 2.5, down: 1.65 };

/** Points a ring. */
const around = 16;

/** How many vertices the rings add to the points. */
export const ringVertices = 2 * around;

/** How much farther out than the outer ring the border is that is drawn as the ring itself: beyond any picture. */
const beyond = 50;

/**
 * The shape's points and those of two rings round it, which follow from them. Of an aligned shape: up is up.
 * [2·n] → [2·(n + ringVertices)]
 */
export const withRings = (shape: ArrayLike<number>): Float64Array => surrounded(shape, [inner, outer]);

/** The same where texture is kept: in the frame. */
export const withFrameRings = (shape: ArrayLike<number>): Float64Array => surrounded(shape, [inner, squeezed]);

function surrounded(shape: ArrayLike<number>, rings: readonly Ring[]): Float64Array {
  const { left, top, width, height } = boxAround(shape);
  const [x, y] = [left + width / 2, top + height / 2];
  const added = rings.flatMap(({ side, up, down }) =>
    Array.from({ length: around }, (_, i) => {
      const angle = (2 * Math.PI * i) / around;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      return [x + (width / 2) * side * cos, y + (height / 2) * (sin < 0 ? up : down) * sin];
    }).flat(),
  );
  return Float64Array.from([...Array.from(shape), ...added]);
}

/** The corners of triangles, three indices each. Delaunay, "Sur la sphère vide", 1934. */
export const triangulate = (vertices: Float64Array): Uint16Array =>
  Uint16Array.from(new Delaunator(vertices).triangles);

/** A mesh in a picture, `here`, and the same in another, `there`: vertices as (x, y) pairs, triangles as indices of three each. */
export interface MeshPair {
  readonly triangles: ArrayLike<number>;
  readonly here: ArrayLike<number>;
  readonly there: ArrayLike<number>;
}

/** The mesh with a border far out, on which goes on what is on its outer ring. */
export function withoutEnd({ triangles, here, there }: MeshPair): MeshPair {
  const count = here.length / 2;
  const ring = Array.from({ length: around }, (_, i) => count - around + i);
  const middle = [0, 1].map((axis) => ring.reduce((sum, i) => sum + here[2 * i + axis]! / around, 0));
  const far = ring.flatMap((i) => middle.map((m, axis) => m + beyond * (here[2 * i + axis]! - m)));
  const strip = ring.flatMap((i, k) => {
    const next = ring[(k + 1) % around]!;
    return [i, next, i + around, next, next + around, i + around];
  });
  return {
    triangles: Uint16Array.from([...Array.from(triangles), ...strip]),
    here: Float64Array.from([...Array.from(here), ...far]),
    there: Float64Array.from([...Array.from(there), ...ring.flatMap((i) => [there[2 * i]!, there[2 * i + 1]!])]),
  };
}

/**
 * Where each pixel of a picture of width × height lies in another, between which a mesh is stretched triangle by triangle:
 * (x, y) pairs, NaN outside the mesh.
 */
export function meshMap({ triangles, here, there }: MeshPair, { width, height }: Size): Float32Array {
  const map = new Float32Array(2 * width * height).fill(Number.NaN);
  for (let t = 0; t < triangles.length; t += 3) {
    const [i, j, k] = [2 * triangles[t]!, 2 * triangles[t + 1]!, 2 * triangles[t + 2]!];
    const [ax, ay] = [here[i]!, here[i + 1]!];
    const [bx, by] = [here[j]! - ax, here[j + 1]! - ay];
    const [cx, cy] = [here[k]! - ax, here[k + 1]! - ay];
    const det = bx * cy - by * cx;
    if (Math.abs(det) < 1e-9) continue;
    const [px, py] = [there[i]!, there[i + 1]!];
    const [qx, qy] = [there[j]! - px, there[j + 1]! - py];
    const [rx, ry] = [there[k]! - px, there[k + 1]! - py];
    const top = Math.max(0, Math.ceil(ay + Math.min(0, by, cy)));
    const bottom = Math.min(height - 1, Math.floor(ay + Math.max(0, by, cy)));
    const left = Math.max(0, Math.ceil(ax + Math.min(0, bx, cx)));
    const right = Math.min(width - 1, Math.floor(ax + Math.max(0, bx, cx)));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const u = ((x - ax) * cy - (y - ay) * cx) / det;
        const v = (bx * (y - ay) - by * (x - ax)) / det;
        if (u < -1e-9 || v < -1e-9 || u + v > 1 + 1e-9) continue;
        const at = 2 * (y * width + x);
        map[at] = px + u * qx + v * rx;
        map[at + 1] = py + u * qy + v * ry;
      }
    }
  }
  return map;
}

/** What a grey picture shows at (x, y), bilinear; beyond its border as at the border. */
export function shownAt(
  { data, width, height }: Size & { readonly data: Float32Array | Uint8Array },
  x: number,
  y: number,
): number {
  const u = Math.min(Math.max(x, 0), width - 1);
  const v = Math.min(Math.max(y, 0), height - 1);
  const left = Math.min(Math.floor(u), width - 2);
  const top = Math.min(Math.floor(v), height - 2);
  const [fx, fy] = [u - left, v - top];
  const at = top * width + left;
  const upper = data[at]! + fx * (data[at + 1]! - data[at]!);
  const lower = data[at + width]! + fx * (data[at + width + 1]! - data[at + width]!);
  return upper + fy * (lower - upper);
}
