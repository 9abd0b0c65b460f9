import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { InputError, reason } from '../errors.js';
import type { Box } from '../image/box.js';
import type { Panel } from './figure.js';
import { html } from './html.js';
import { contourLines, predictionCrosses, truthDots } from './marks.js';
import { number } from './number.js';
import type { Prediction } from './read-predictions.js';
import type { ReducedPicture, RunFolder } from './read-run.js';
import { shorten } from './text.js';

/** A validation face with its true and predicted points. */
export interface FaceCell extends Panel {
  /** The same in words, for readers that do not see it. */
  readonly label: string;
}

const side = 210;

/** Pixels of the embedded picture per unit of the drawing, for sharp screens. */
const density = 1.6;

/**
 * Draws the face; where the run kept no picture of it, its points on an empty ground.
 * @param shown the same face as several runs predicted it, where the cells shall show the same part of the picture
 */
export async function faceCell(
  { pictures, points }: RunFolder,
  face: Prediction,
  shown: readonly Prediction[] = [face],
): Promise<FaceCell> {
  const kept = pictures.get(face.name);
  const picture = kept && existsSync(kept.file) ? await open(kept) : undefined;
  const window = windowRound(shown, picture?.extent);
  const scale = side / window.width;
  const place = (values: Float32Array) =>
    values.map((value, i) => (value - (i % 2 === 0 ? window.left : window.top)) * scale);
  const [truth, predicted] = [place(face.truth), place(face.predicted)];
  const lines = [face.name, errorText(face), Object.values(face.tags).join(', ')];
  const text = lines.map(
    (line, i) =>
      html`<text y="${side + 16 + 15 * i}" font-size="12"${i === 0 && html` font-weight="bold"`}>${shorten(line, side, 12)}</text>`,
  );
  const body = html`<svg width="${side}" height="${side}"><rect width="${side}" height="${side}" fill="#777"/>${picture && (await image(picture, window))}${contourLines(points.contours, truth, 'truth')}${contourLines(points.contours, predicted, 'prediction')}${truthDots(truth, side)}${predictionCrosses(predicted, side)}</svg>${text}`;
  return { width: side, height: side + 54, body, label: lines.filter((line) => line !== '').join(', ') };
}

const errorText = ({ pixels, nme }: Prediction): string =>
  `error ${number(pixels)} px${nme === undefined ? '' : `, NME ${number(nme)} %`}`;

interface Opened {
  readonly kept: ReducedPicture;
  readonly width: number;
  readonly height: number;
  /** What it shows, in picture pixels. */
  readonly extent: Box;
}

async function open(kept: ReducedPicture): Promise<Opened> {
  try {
    const { width, height } = await sharp(kept.file).metadata();
    const { scale, left, top } = kept;
    return { kept, width, height, extent: { left, top, width: width / scale, height: height / scale } };
  } catch (error) {
    throw new InputError(`${kept.file}: cannot read the picture: ${reason(error)}; remove it to draw without`);
  }
}

/**
 * The square that a cell shows, in picture pixels: all points with some space round them, or, for a single point, enough of
 * the picture to see the face. It leaves the picture only as far as the points do, and never far.
 */
function windowRound(faces: readonly Prediction[], extent: Box | undefined): Box {
  const all = faces.flatMap(({ truth, predicted }) => [...truth, ...predicted]);
  const [xs, ys] = [0, 1].map((axis) => all.filter((_, i) => i % 2 === axis)) as [number[], number[]];
  const within = (values: number[], start: number, length: number) =>
    values.map((value) => Math.min(start + length * 1.25, Math.max(start - length * 0.25, value)));
  const horizontal = extent ? within(xs, extent.left, extent.width) : xs;
  const vertical = extent ? within(ys, extent.top, extent.height) : ys;
  const [left, right] = [Math.min(...horizontal), Math.max(...horizontal)];
  const [top, bottom] = [Math.min(...vertical), Math.max(...vertical)];
  const spread = Math.max(right - left, bottom - top);
  const least = extent
    ? Math.min(extent.width, extent.height) * (faces.some(({ truth }) => truth.length > 2) ? 0.3 : 0.62)
    : 1;
  const size = Math.max(spread * 1.3, least);
  return {
    left: slide((left + right) / 2 - size / 2, size, left, right, extent?.left, extent?.width),
    top: slide((top + bottom) / 2 - size / 2, size, top, bottom, extent?.top, extent?.height),
    width: size,
    height: size,
  };
}

/** Moves an interval into the picture, as far as the points stay in it. */
function slide(start: number, size: number, low: number, high: number, from = start, length = size): number {
  const moved = size > length ? from + (length - size) / 2 : Math.min(Math.max(start, from), from + length - size);
  return Math.min(Math.max(moved, high - size), low);
}

/** The part of the picture in the window, reduced to what the cell needs. */
async function image({ kept, width, height }: Opened, window: Box) {
  const { file, scale, left, top } = kept;
  const x0 = Math.max(0, Math.floor((window.left - left) * scale));
  const y0 = Math.max(0, Math.floor((window.top - top) * scale));
  const x1 = Math.min(width, Math.ceil((window.left + window.width - left) * scale));
  const y1 = Math.min(height, Math.ceil((window.top + window.height - top) * scale));
  if (x1 <= x0 || y1 <= y0) return undefined;
  const unit = side / (window.width * scale);
  const jpeg = await sharp(file)
    .extract({ left: x0, top: y0, width: x1 - x0, height: y1 - y0 })
    .resize({ width: Math.max(1, Math.round((x1 - x0) * unit * density)), withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
  const at = { x: (x0 - (window.left - left) * scale) * unit, y: (y0 - (window.top - top) * scale) * unit };
  return html`<image href="data:image/jpeg;base64,${jpeg.toString('base64')}" x="${at.x}" y="${at.y}" width="${(x1 - x0) * unit}" height="${(y1 - y0) * unit}" preserveAspectRatio="none"/>`;
}
