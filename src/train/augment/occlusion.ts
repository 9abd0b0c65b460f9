import type { Random } from '../../random.js';

/**
 * Covers a rectangle with one colour, noisy half of the time, as a hand, hair or a cup would. Its area is up to `area`
 * of the input, its sides up to 3 : 1; it may lie across the border. Zhong et al., "Random erasing data augmentation", 2020.
 * Planes [channels, height, width] of 0 to 255, changed in place.
 */
export function occlude(planes: Float32Array, width: number, height: number, area: number, random: Random): void {
  const covered = area * random.uniform(0.1, 1) * width * height;
  const ratio = Math.exp(random.uniform(-Math.log(3), Math.log(3)));
  // Rounded down: never more than the share that was asked for.
  const w = Math.min(width, Math.floor(Math.sqrt(covered * ratio)));
  const h = Math.min(height, Math.floor(Math.sqrt(covered / ratio)));
  const left = Math.round(random.uniform(-w / 2, width - w / 2));
  const top = Math.round(random.uniform(-h / 2, height - h / 2));
  const noisy = random.uniform() < 0.5;
  const size = width * height;
  for (let plane = 0; plane < planes.length; plane += size) {
    const level = random.uniform(0, 255);
    for (let y = Math.max(0, top); y < Math.min(height, top + h); y++) {
      for (let x = Math.max(0, left); x < Math.min(width, left + w); x++) {
        planes[plane + y * width + x] = noisy ? random.bits() & 255 : level;
      }
    }
  }
}
