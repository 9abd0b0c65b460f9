import type { Contour } from '../data/markup.js';
import { compose, invert } from '../image/affine.js';
import type { Box } from '../image/box.js';
import { encodePicture } from '../image/encode.js';
import type { Picture } from '../image/picture.js';
import { reduceForCrops } from '../image/reduce.js';
import { warp } from '../image/warp.js';
import type { Panel } from './figure.js';
import { type Html, html } from './html.js';
import { contourLines, predictionCrosses, truthDots } from './marks.js';
import { shorten } from './text.js';

/** A part of a picture with points on it. */
export interface PictureCell {
  readonly picture: Picture;
  /** The part that is shown, in the picture's pixels (edges); may reach beyond it. */
  readonly window: Box;
  /** What a network saw of it: the rest is darkened. */
  readonly crop?: Box;
  /** (x, y) pairs in the picture's pixels, [2·n]; one array a face. */
  readonly truths?: readonly Float32Array[];
  readonly predicted?: Float32Array;
  readonly contours: readonly Contour[];
  /** Lines of text below, the first bold. */
  readonly text: readonly string[];
}

/** Pixels of the embedded picture per unit of the drawing, for sharp screens. */
const density = 2;
/** As networks are fed it. */
const beyondPicture = 0;
const lineHeight = 15;

/** @param width of the cell, in units of the drawing */
export async function pictureCell(cell: PictureCell, width: number): Promise<Panel> {
  const { window, crop, truths = [], predicted, contours, text } = cell;
  const scale = width / window.width;
  const height = Math.round(window.height * scale);
  const place = (points: Float32Array) =>
    points.map((value, i) => (value - (i % 2 === 0 ? window.left : window.top)) * scale);
  const found = predicted && place(predicted);
  const marks = html`${truths.map(place).map((points) => html`${contourLines(contours, points, 'truth')}${truthDots(points, width)}`)}${found && html`${contourLines(contours, found, 'prediction')}${predictionCrosses(found, width)}`}`;
  const lines = text.map(
    (line, i) =>
      html`<text y="${height + 16 + lineHeight * i}" font-size="12"${i === 0 && html` font-weight="bold"`}>${shorten(line, width, 12)}</text>`,
  );
  const body = html`<svg width="${width}" height="${height}">${await shown(cell, width, height)}${crop && darkened(crop, window, scale, width, height)}${marks}</svg>${lines}`;
  return { width, height: height + 6 + lineHeight * text.length, body };
}

async function shown({ picture, window }: PictureCell, width: number, height: number): Promise<Html> {
  const [columns, rows] = [Math.round(width * density), Math.round(height * density)];
  const [a, e] = [window.width / columns, window.height / rows];
  const map = [a, 0, window.left + a / 2, 0, e, window.top + e / 2] as const;
  const reduced = reduceForCrops(picture, [map]);
  const planes = warp(reduced.picture, compose(invert(reduced.map), map), columns, rows, { fill: beyondPicture });
  const { channels } = picture;
  const data = new Uint8Array(planes.length);
  for (let i = 0; i < columns * rows; i++) {
    for (let channel = 0; channel < channels; channel++)
      data[i * channels + channel] = planes[channel * columns * rows + i]!;
  }
  const jpeg = await encodePicture({ width: columns, height: rows, channels, data }, 'jpeg', { quality: 85 });
  return html`<image href="data:image/jpeg;base64,${jpeg.toString('base64')}" width="${width}" height="${height}" preserveAspectRatio="none"/>`;
}

/** A veil over all but the crop, and the crop's outline. */
function darkened(crop: Box, window: Box, scale: number, width: number, height: number): Html {
  const left = (crop.left - window.left) * scale;
  const top = (crop.top - window.top) * scale;
  const [w, h] = [crop.width * scale, crop.height * scale];
  const rectangle = html`M${left},${top}h${w}v${h}h${-w}Z`;
  return html`<path d="M0,0H${width}V${height}H0Z${rectangle}" fill="#000" fill-opacity="0.5" fill-rule="evenodd"/><path d="${rectangle}" fill="none" stroke="#fff" stroke-width="1.5"/>`;
}

/** The square round boxes, `factor` times as large as their common extent. */
export function squareRound(boxes: readonly Box[], factor: number): Box {
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const width = Math.max(...boxes.map((box) => box.left + box.width)) - left;
  const height = Math.max(...boxes.map((box) => box.top + box.height)) - top;
  const side = factor * Math.max(width, height);
  return { left: left + (width - side) / 2, top: top + (height - side) / 2, width: side, height: side };
}
