import type { Random } from '../random.js';

/** How the parameters of faces scatter: parameters = mean of the view + the person's own + the picture's own. */
export interface Population {
  readonly views: readonly { readonly name: string; readonly mean: Float32Array }[];
  /** How people differ: principal axes, each as long as a standard deviation. */
  readonly persons: readonly Float32Array[];
  /** How pictures of a person in a view differ. */
  readonly pictures: readonly Float32Array[];
}

/** Beyond so many standard deviations along an axis nothing is drawn. */
const furthest = 2.5;

/** What is a new person's own, or a new picture's: normal along each axis, cut off. */
export const drawFrom = (axes: readonly Float32Array[], length: number, random: Random): Float64Array => {
  const out = new Float64Array(length);
  for (const axis of axes) {
    const z = truncatedNormal(random);
    for (let i = 0; i < length; i++) out[i]! += z * axis[i]!;
  }
  return out;
};

function truncatedNormal(random: Random): number {
  for (;;) {
    const z = random.normal();
    if (Math.abs(z) <= furthest) return z;
  }
}
