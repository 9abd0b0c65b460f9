import { encodePicture } from '../image/encode.js';
import { type Html, html } from './html.js';

export type Colour = readonly [red: number, green: number, blue: number];

/** A canvas of RGB pixels for what would be thousands of rectangles. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export const raster = (width: number, height: number): Raster => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(255),
});

/** Fills a rectangle. */
export function fillRectangle(to: Raster, left: number, top: number, width: number, height: number, colour: Colour) {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) to.data.set(colour, 3 * (y * to.width + x));
  }
}

/** Draws values as squares of `scale` pixels, row by row from (left, top). */
export function drawValues(
  to: Raster,
  at: { readonly left: number; readonly top: number; readonly scale: number },
  values: Float32Array,
  columns: number,
  colour: (value: number) => Colour,
): void {
  for (const [i, value] of values.entries()) {
    const left = at.left + (i % columns) * at.scale;
    const top = at.top + Math.floor(i / columns) * at.scale;
    fillRectangle(to, left, top, at.scale, at.scale, colour(value));
  }
}

/** As an element of an SVG; `width` wide in its units, as many as it has pixels where absent. */
export async function rasterImage(from: Raster, width = from.width): Promise<Html> {
  const png = await encodePicture({ ...from, channels: 3 }, 'png');
  return html`<image href="data:image/png;base64,${png.toString('base64')}" width="${width}" height="${(width * from.height) / from.width}" image-rendering="optimizeSpeed"/>`;
}
