import { mean } from '../metrics/quantile.js';

/**
 * The mean of some faces, each moved to its centre and divided by its size (root mean square distance of its points from
 * the centre), and the mean size in pixels: Procrustes' mean without turning.
 * @param faces (x, y) pairs, shape [2·n] each
 */
export function meanShape(faces: readonly Float32Array[]): { shape: Float64Array; size: number } {
  const scaled = faces.map((points) => {
    const n = points.length / 2;
    const centre = [0, 1].map((axis) => points.reduce((sum, value, i) => (i % 2 === axis ? sum + value : sum), 0) / n);
    const centred = Float64Array.from(points, (value, i) => value - centre[i % 2]!);
    return { centred, size: Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0) / n) || 1 };
  });
  const first = scaled[0]?.centred ?? new Float64Array();
  return {
    shape: Float64Array.from(first, (_, i) => mean(scaled.map(({ centred, size }) => centred[i]! / size))),
    size: mean(scaled.map(({ size }) => size)),
  };
}
