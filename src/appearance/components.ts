import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { averaged } from './alignment.js';

export interface Components {
  readonly mean: Float64Array;
  /** Principal axes, the widest first, each as long as one standard deviation. */
  readonly modes: readonly Float32Array[];
  /** Of each row, how many standard deviations along each mode: row ≈ mean + Σ scores·modes. */
  readonly scores: readonly Float64Array[];
  /** The share of the rows' variance that the modes hold. */
  readonly share: number;
}

/**
 * Principal components of few long rows, by the eigenvectors of their small Gram matrix.
 * Turk, Pentland, "Eigenfaces for recognition", 1991.
 */
export function principalComponents(rows: readonly Float32Array[], most: number): Components {
  const count = rows.length;
  const mean = averaged(rows);
  const centred = rows.map((row) => Float32Array.from(row, (value, i) => value - mean[i]!));
  const gram = Matrix.zeros(count, count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(centred[i]!, centred[j]!) / count;
      gram.set(i, j, product);
      gram.set(j, i, product);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const total = realEigenvalues.reduce((sum, value) => sum + value, 0);
  const order = realEigenvalues
    .map((_, i) => i)
    .sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
    .slice(0, most)
    .filter((i) => realEigenvalues[i]! > 1e-9 * total);
  const scores = rows.map((_, row) =>
    Float64Array.from(order, (i) => eigenvectorMatrix.get(row, i) * Math.sqrt(count)),
  );
  const modes = order.map((_, k) => {
    const mode = new Float32Array(mean.length);
    for (const [row, values] of centred.entries()) {
      const weight = scores[row]![k]! / count;
      for (let i = 0; i < mode.length; i++) mode[i]! += weight * values[i]!;
    }
    return mode;
  });
  return { mean, modes, scores, share: order.reduce((sum, i) => sum + realEigenvalues[i]!, 0) / total };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
