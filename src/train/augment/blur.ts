/**
 * Gaussian blur, along rows and then columns, the border pixel repeated beyond the border.
 * Planes [channels, height, width], changed in place; the kernel reaches three deviations (in pixels).
 */
export function blur(planes: Float32Array, width: number, height: number, deviation: number): void {
  const reach = Math.ceil(3 * deviation);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - reach) / deviation) ** 2),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const line = new Float32Array(Math.max(width, height) + 2 * reach);
  const blurLine = (start: number, step: number, length: number) => {
    for (let i = -reach; i < length + reach; i++) {
      line[i + reach] = planes[start + Math.min(length - 1, Math.max(0, i)) * step]!;
    }
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * line[i + k]!;
      planes[start + i * step] = sum / total;
    }
  };
  for (let plane = 0; plane < planes.length; plane += width * height) {
    for (let y = 0; y < height; y++) blurLine(plane + y * width, 1, width);
    for (let x = 0; x < width; x++) blurLine(plane + x, width, height);
  }
}
