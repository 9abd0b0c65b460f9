import sharp from 'sharp';
import type { Contour } from '../data/markup.js';
import { figure, type Panel } from './figure.js';
import { grid } from './grid.js';
import { type Html, html } from './html.js';
import { contourLines, pictureLegend, truthDots } from './marks.js';
import { shorten } from './text.js';

/** A sample as the network is fed it. */
export interface PreparedSample {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Planes one after the other, shape [channels, height, width], black 0 to white 1; what lies outside is clipped. */
  readonly planes: Float32Array;
  /** (x, y) pairs in input pixels, centres at integers, shape [2·n]. */
  readonly points: Float32Array;
  /** Lines through the points, by index; none where only a few points are learnt. */
  readonly contours: readonly Contour[];
  readonly caption: string;
}

/** Small inputs are enlarged to about this width, by a whole factor so that each pixel stays a square. */
const cellWidth = 240;

/** A sheet of samples with their points, as SVG; `toPng(svg)` makes it a PNG. */
export async function sampleSheet(
  samples: readonly PreparedSample[],
  title = 'Samples as the network sees them',
): Promise<string> {
  const cells = await Promise.all(samples.map(cell));
  const sheet = grid(cells, cells.length > 8 ? 5 : 4);
  const contours = samples.some((sample) => sample.contours.length > 0);
  return figure([sheet], { title, width: sheet.width, legend: pictureLegend({ prediction: false, contours }) });
}

async function cell(sample: PreparedSample): Promise<Panel> {
  const { width, height, points, contours, caption } = sample;
  const scale = Math.max(1, Math.round(cellWidth / width));
  const [w, h] = [width * scale, height * scale];
  // The centre of pixel 0 lies half a pixel from the edge.
  const drawn = points.map((value) => (value + 0.5) * scale);
  const body: Html = html`<image href="${await encode(sample, scale)}" width="${w}" height="${h}" image-rendering="optimizeSpeed"/><svg width="${w}" height="${h}">${contourLines(contours, drawn, 'truth')}${truthDots(drawn, w)}</svg><text x="0" y="${h + 16}" font-size="12">${shorten(caption, w, 12)}</text>`;
  return { width: w, height: h + 22, body };
}

async function encode({ planes, width, height, channels }: PreparedSample, scale: number): Promise<string> {
  const pixels = new Uint8Array(width * height * channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < width * height; i++) {
      pixels[i * channels + c] = Math.min(255, Math.max(0, Math.round(255 * planes[c * width * height + i]!)));
    }
  }
  // Enlarged here: viewers of SVG do not agree on how to ask for crisp pixels.
  const png = await sharp(pixels, { raw: { width, height, channels } })
    .resize(width * scale, height * scale, { kernel: 'nearest' })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
