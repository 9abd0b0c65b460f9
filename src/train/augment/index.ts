import type { Size } from '../../image/crop.js';
import type { Random } from '../../random.js';
import { blur } from './blur.js';
import { changeColour } from './colour.js';
import { throughJpeg } from './jpeg.js';
import { changeLight } from './light.js';
import { addNoise } from './noise.js';
import { occlude } from './occlusion.js';
import type { AugmentSettings } from './settings.js';

export { drawGeometry, swapPartners } from './geometry.js';
export { type AugmentSettings, augmentSchema } from './settings.js';

/**
 * Changes what the picture's pixels look like, in the order in which the world does: things before the face, light,
 * lens, sensor, file. Planes [channels, height, width] of 0 to 255, changed in place.
 */
export async function augmentPixels(
  planes: Float32Array,
  { width, height }: Size,
  settings: AugmentSettings,
  random: Random,
): Promise<void> {
  const { occlusion, jpeg } = settings;
  if (occlusion && random.uniform() < occlusion.probability) occlude(planes, width, height, occlusion.area, random);
  if (planes.length === 3 * width * height) changeColour(planes, settings, random);
  changeLight(planes, settings, random);
  if (settings.blur && random.uniform() < settings.blur.probability) {
    blur(planes, width, height, Math.max(0.1, random.uniform() * settings.blur.deviation));
  }
  if (settings.noise > 0) addNoise(planes, 255 * settings.noise * random.uniform(), random);
  if (jpeg && random.uniform() < jpeg.probability) {
    await throughJpeg(planes, width, height, Math.round(random.uniform(jpeg.quality, 100)));
  }
}
