import sharp from 'sharp';
import type { Markup } from '../data/markup.js';
import { encodePicture } from '../image/encode.js';
import type { Picture } from '../image/picture.js';
import { html } from './html.js';
import { contourLines, predictionCrosses } from './marks.js';

/**
 * A picture at full size with the points of its faces drawn, as PNG. Marks are as large as the face asks for, not the
 * picture. What lies outside the picture is not drawn.
 * @param faces `points` in the picture's pixels, [2·n]; `box` where the face is
 */
export async function drawPoints(
  picture: Picture,
  faces: readonly { readonly points: Float32Array; readonly box: { readonly width: number } }[],
  { contours }: Pick<Markup, 'contours'>,
): Promise<Uint8Array> {
  const { width, height } = picture;
  // In SVG pixel 0 reaches from 0 to 1: its centre is at 0.5.
  const drawn = faces.map(({ points, box }) => {
    const moved = points.map((value) => value + 0.5);
    return html`${contourLines(contours, moved, 'prediction')}${predictionCrosses(moved, extent(points) ?? box.width / 2)}`;
  });
  const overlay = html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn}</svg>`.html;
  const base = sharp(await encodePicture(picture, 'png'));
  return base
    .composite([{ input: Buffer.from(overlay) }])
    .png()
    .toBuffer();
}

/** How large a face of several points is; of one alone nothing is known. */
function extent(points: Float32Array): number | undefined {
  if (points.length <= 2) return undefined;
  const along = (axis: 0 | 1) => points.filter((_, i) => i % 2 === axis).sort();
  return Math.max(...([0, 1] as const).map((axis) => along(axis).at(-1)! - along(axis)[0]!));
}
