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
  const columns = places(width, cells);
  const rows = places(height, cells);
  const field = new Float32Array(width * height);
  const between = new Float32Array(cells + 1);
  for (let y = 0; y < height; y++) {
    const upper = rows.cell[y]! * (cells + 1);
    for (let i = 0; i <= cells; i++) {
      const [above, below] = [corners[upper + i]!, corners[upper + cells + 1 + i]!];
      between[i] = above + rows.share[y]! * (below - above);
    }
    for (let x = 0; x < width; x++) {
      const left = between[columns.cell[x]!]!;
      const right = between[columns.cell[x]! + 1]!;
      field[y * width + x] = left + columns.share[x]! * (right - left);
    }
  }
  return field;
}

/** In which cell each pixel of a line lies, and how much its value is that of the cell's further end. */
function places(length: number, cells: number): { readonly cell: Uint8Array; readonly share: Float32Array } {
  const at = Float32Array.from({ length }, (_, i) => (cells * (i + 0.5)) / length);
  const cell = Uint8Array.from(at, (value) => Math.min(cells - 1, Math.floor(value)));
  const share = at.map((value, i) => {
    const t = value - cell[i]!;
    return t * t * (3 - 2 * t);
  });
  return { cell, share };
}
