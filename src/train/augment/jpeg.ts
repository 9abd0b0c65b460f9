import sharp from 'sharp';

/**
 * What is left of a picture after a JPEG file of this quality (1 to 100): its blocks and blurred colours.
 * Planes [channels, height, width] of 0 to 255, changed in place.
 */
export async function throughJpeg(planes: Float32Array, width: number, height: number, quality: number): Promise<void> {
  const size = width * height;
  const channels = (planes.length / size) as 1 | 3;
  const pixels = new Uint8Array(planes.length);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < size; i++) pixels[i * channels + c] = Math.round(planes[c * size + i]!);
  }
  const file = await sharp(pixels, { raw: { width, height, channels } })
    .jpeg({ quality, optimiseCoding: false })
    .toBuffer();
  const decoded = sharp(file).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  const data = await decoded.raw().toBuffer();
  for (let c = 0; c < channels; c++) for (let i = 0; i < size; i++) planes[c * size + i] = data[i * channels + c]!;
}
