import type { Random } from '../../random.js';

/** Adds Gaussian noise of this deviation to planes of 0 to 255, in place, clipped. */
export function addNoise(planes: Float32Array, deviation: number, random: Random): void {
  for (let i = 0; i < planes.length; i++) {
    planes[i] = Math.min(255, Math.max(0, planes[i]! + deviation * random.normal()));
  }
}
