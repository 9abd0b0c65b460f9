import { type Random, randomFor } from '../../random.js';

/** Enough normal numbers that their histogram is smooth, few enough for the processor's cache. */
const count = 2 ** 14;

/** Standard normal numbers, drawn once: a logarithm and a cosine a pixel would cost more than the rest of a sample. */
const normals = Float32Array.from({ length: count }, randomFor(0, 'noise').normal);

/** Adds Gaussian noise of this deviation to planes of 0 to 255, in place, clipped. */
export function addNoise(planes: Float32Array, deviation: number, random: Random): void {
  for (let i = 0; i < planes.length; i += 2) {
    const bits = random.bits();
    add(planes, i, deviation * normals[bits & (count - 1)]!);
    if (i + 1 < planes.length) add(planes, i + 1, deviation * normals[bits >>> 18]!);
  }
}

function add(planes: Float32Array, at: number, value: number): void {
  planes[at] = Math.min(255, Math.max(0, planes[at]! + value));
}
