import type { Random } from '../../random.js';
import { factor } from './geometry.js';
import type { AugmentSettings } from './settings.js';

/** Brightness, contrast and gamma. Planes of 0 to 255, changed in place, values clipped to 0 to 255. */
export function changeLight(planes: Float32Array, settings: AugmentSettings, random: Random): void {
  const shift = random.uniform(-255, 255) * settings.brightness;
  const slope = factor(settings.contrast, random);
  const exponent = factor(settings.gamma, random);
  if (settings.brightness === 0 && slope === 1 && exponent === 1) return;
  let sum = 0;
  for (let i = 0; i < planes.length; i++) sum += planes[i]!;
  const mean = sum / planes.length;
  // Through a table, for a power a pixel is slow; straight between its entries, four to each grey level.
  const table = new Float32Array(255 * 4 + 2);
  for (let i = 0; i < table.length; i++) {
    const level = Math.min(1, Math.max(0, (mean + slope * (i / 4 - mean) + shift) / 255));
    // level ** exponent, in half the time.
    table[i] = 255 * Math.exp(exponent * Math.log(level));
  }
  for (let i = 0; i < planes.length; i++) {
    const at = 4 * planes[i]!;
    const entry = at | 0;
    planes[i] = table[entry]! + (at - entry) * (table[entry + 1]! - table[entry]!);
  }
}
