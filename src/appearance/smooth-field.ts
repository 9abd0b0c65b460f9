import type { Size } from '../image/crop.js';
import type { Random } from '../random.js';

/**
 * A field over a picture that changes slowly: random values at the corners of cells × cells cells, and smoothly between.
 * [height·width], about 0, standard deviation at the corners `slope`.
 */
export function smoothField(
  random: Random,
  { width, height }: Size,
  { cells, slope }: { readonly cells: number; readonly slope: number },
): Float32Array {
  const corners = Array.from({ length: (cells + 1) ** 2 }, () => slope * random.normal());
  const ease = (t: number) => t * t * (3 - 2 * t);
  const place = (i: number, size: number) => {
    const at = (cells * (i + 0.5)) / size;
    const cell = Math.min(cells - 1, Math.floor(at));
    return [cell, ease(at - cell)] as const;
  };
  const columns = Array.from({ length: width }, (_, x) => place(x, width));
  const field = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [row, fy] = place(y, height);
    const upper = row * (cells + 1);
    const lower = upper + cells + 1;
    for (let x = 0; x < width; x++) {
      const [column, fx] = columns[x]!;
      const top = corners[upper + column]! + fx * (corners[upper + column + 1]! - corners[upper + column]!);
      const bottom = corners[lower + column]! + fx * (corners[lower + column + 1]! - corners[lower + column]!);
      field[y * width + x] = top + fy * (bottom - top);
    }
  }
  return field;
}
