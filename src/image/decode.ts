import { readFile } from 'node:fs/promises';
import type { Metadata, Sharp } from 'sharp';
import sharp from 'sharp';
import { InputError, reason } from '../errors.js';
import type { Size } from './crop.js';
import { luma } from './luma.js';
import type { Picture } from './picture.js';

/** A larger picture is refused before anything is decoded: as RGB it would take more than 800 MB. */
const pixelLimit = 2 ** 28;

/** What shows behind transparent parts: the value that pads a crop should differ little from, and no false edge to skin or hair. */
const background = { r: 128, g: 128, b: 128 };

/**
 * Reads a picture of any format that sharp knows (JPEG, PNG, WebP, AVIF, GIF, TIFF, SVG) as 8-bit sRGB or grey.
 * Turned upright as its EXIF orientation says; colours converted by its ICC profile; transparent parts laid on mid-grey;
 * of an animation or a file of several pages the first.
 * Grey is ITU-R BT.601 luma of the sRGB values, 0.299 R + 0.587 G + 0.114 B, rounded as Pillow's mode L does; sharp's own
 * `greyscale()` is not used, for it takes BT.709 luminance of linear light, which no other training pipeline does.
 * Throws an InputError that names the file where it is missing, empty, broken, cut short or larger than 2^28 pixels.
 */
export async function decodePicture(file: string, { channels }: { channels: 1 | 3 }): Promise<Picture> {
  const { image } = await open(file);
  const upright = image.autoOrient().toColourspace('srgb').flatten({ background });
  const { data, info } = await upright
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => refuse(file, error));
  const { width, height } = info;
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const rgb = info.channels === 3;
  const converted = channels === 1 ? (rgb ? luma(pixels) : pixels) : rgb ? pixels : tripled(pixels);
  return { width, height, channels, data: converted };
}

/** The size of a picture once upright, from its header alone. Throws as `decodePicture` does. */
export async function pictureSize(file: string): Promise<Size> {
  const { width, height } = (await open(file)).header.autoOrient;
  return { width, height };
}

async function open(file: string): Promise<{ image: Sharp; header: Metadata }> {
  // The bytes and not the path: libvips remembers files by name, and would return what stood there before.
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new InputError(`${file}: there is no such picture; check the path`);
    if (error.code === 'EISDIR') throw new InputError(`${file}: is a folder where a picture was expected`);
    throw new InputError(`${file}: cannot be read (${reason(error)})`);
  });
  if (bytes.length === 0) throw new InputError(`${file}: is empty (0 bytes); copy the picture again`);
  // Where data are missing the picture is refused; what decoders merely warn of, browsers show too.
  const image = sharp(bytes, { failOn: 'error', limitInputPixels: false });
  const header = await image.metadata().catch((error: unknown) => refuse(file, error));
  if (header.width * header.height > pixelLimit) {
    throw new InputError(
      `${file}: ${header.width} × ${header.height} pixels are more than the ${pixelLimit} that are read; shrink it first`,
    );
  }
  return { image, header };
}

function refuse(file: string, error: unknown): never {
  const said = reason(error)
    .replace(/^Input (file|buffer) /, '')
    .replace(/^contains unsupported image format$/, 'no known picture format')
    .replace(/^has corrupt header: /, 'broken header: ')
    .replace(/\bvips\w*: /i, '')
    .trim();
  throw new InputError(`${file}: is not a picture that can be read (${said}); replace it or remove it`);
}

/** Grey as RGB, interleaved: [n] → [3·n]. */
export function tripled(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(3 * grey.length);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i]!, 3 * i, 3 * i + 3);
  return rgb;
}
