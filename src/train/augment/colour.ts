import type { Random } from '../../random.js';
import { factor } from './geometry.js';
import type { AugmentSettings } from './settings.js';

/** Saturation: how far the colours are from grey; or none at all. Three planes of 0 to 255, changed in place. */
export function changeColour(planes: Float32Array, settings: AugmentSettings, random: Random): void {
  const drained = random.uniform() < settings.grey;
  const strength = drained ? 0 : factor(settings.saturation, random);
  if (strength === 1) return;
  const size = planes.length / 3;
  for (let i = 0; i < size; i++) {
    const luma = 0.299 * planes[i]! + 0.587 * planes[size + i]! + 0.114 * planes[2 * size + i]!;
    for (let at = i; at < planes.length; at += size) {
      planes[at] = Math.min(255, Math.max(0, luma + strength * (planes[at]! - luma)));
    }
  }
}
