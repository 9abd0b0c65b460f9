/** The Euclidean norm of all elements together. */
export function globalNorm(gradients: Float32Array): number {
  // Four sums side by side: one alone would wait for each addition to end before the next.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < gradients.length; i += 4) {
    a += gradients[i]! * gradients[i]!;
    b += gradients[i + 1]! * gradients[i + 1]!;
    c += gradients[i + 2]! * gradients[i + 2]!;
    d += gradients[i + 3]! * gradients[i + 3]!;
  }
  for (; i < gradients.length; i++) a += gradients[i]! * gradients[i]!;
  return Math.sqrt(a + b + c + d);
}

/** What gradients of a global norm are multiplied by so that it is at most `largest`: 1 where it is. */
export const clipFactor = (norm: number, largest: number): number => Math.min(1, largest / (norm + 1e-6));

/**
 * Scales the gradients in place so that their global norm is at most `largest`; as PyTorch's `clip_grad_norm_`.
 * Pascanu et al., "On the difficulty of training recurrent neural networks", 2013.
 * @returns the norm before
 */
export function clipGlobalNorm(gradients: Float32Array, largest: number): number {
  const norm = globalNorm(gradients);
  const factor = clipFactor(norm, largest);
  if (factor < 1) for (let i = 0; i < gradients.length; i++) gradients[i]! *= factor;
  return norm;
}
