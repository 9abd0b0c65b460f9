import sharp from 'sharp';
import type { Picture } from './picture.js';

/** The bytes of a PNG or JPEG file. `quality`, 1..100, is of JPEG alone. */
export function encodePicture(
  { data, width, height, channels }: Picture,
  format: 'png' | 'jpeg',
  { quality = 90 }: { quality?: number } = {},
): Promise<Buffer> {
  const image = sharp(data, { raw: { width, height, channels } });
  return (format === 'png' ? image.png() : image.jpeg({ quality })).toBuffer();
}
