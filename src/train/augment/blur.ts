/**
 * Gaussian blur, along rows and then columns, the border pixel repeated beyond the border.
 * Planes [channels, height, width], changed in place; the kernel reaches three deviations (in pixels).
 */
export function blur(planes: Float32Array, width: number, height: number, deviation: number): void {
  const weights = halfKernel(deviation);
  const size = width * height;
  const line = new Float32Array(width + 2 * weights.length);
  const between = new Float32Array(size);
  for (let plane = 0; plane < planes.length; plane += size) {
    for (let y = 0; y < height; y++) {
      blurRow(planes.subarray(plane + y * width, plane + (y + 1) * width), weights, line, between, y * width);
    }
    blurColumns(between, width, height, weights, planes.subarray(plane, plane + size));
  }
}

/** The kernel's middle and one of its like halves; all of it adds up to 1. */
function halfKernel(deviation: number): Float64Array {
  const weights = Float64Array.from({ length: Math.ceil(3 * deviation) + 1 }, (_, i) =>
    Math.exp(-0.5 * (i / deviation) ** 2),
  );
  const total = weights.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / total);
}

function blurRow(row: Float32Array, weights: Float64Array, line: Float32Array, out: Float32Array, offset: number) {
  const { length } = row;
  const before = weights.length;
  line.fill(row[0]!, 0, before);
  line.set(row, before);
  line.fill(row[length - 1]!, before + length);
  for (let x = 0; x < length; x++) {
    const at = before + x;
    let sum = weights[0]! * line[at]!;
    for (let k = 1; k < weights.length; k++) sum += weights[k]! * (line[at - k]! + line[at + k]!);
    out[offset + x] = sum;
  }
}

/** Whole rows at a time, which lie together in memory. */
function blurColumns(from: Float32Array, width: number, height: number, weights: Float64Array, out: Float32Array) {
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) out[row + x] = weights[0]! * from[row + x]!;
    for (let k = 1; k < weights.length; k++) {
      const weight = weights[k]!;
      const above = Math.max(0, y - k) * width;
      const below = Math.min(height - 1, y + k) * width;
      for (let x = 0; x < width; x++) out[row + x]! += weight * (from[above + x]! + from[below + x]!);
    }
  }
}
