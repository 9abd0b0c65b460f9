import { luma } from './luma.js';
import type { Picture } from './picture.js';

/** What a canvas gives: RGBA, rows from the top. */
export interface CanvasPixels {
  readonly width: number;
  readonly height: number;
  /** [4·width·height], not premultiplied. */
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** What shows behind transparent parts, as where files are decoded. */
const background = 128;

/** A picture from the `ImageData` of a canvas, with as many channels as a model's input has. */
export function pictureFromImageData(
  { width, height, data }: CanvasPixels,
  { channels }: { channels: 1 | 3 },
): Picture {
  const rgb = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const alpha = data[from + 3]! / 255;
    for (let i = 0; i < 3; i++) rgb[to + i] = Math.round(alpha * data[from + i]! + (1 - alpha) * background);
  }
  return { width, height, channels, data: channels === 3 ? rgb : luma(rgb) };
}
