import type { Contour } from '../data/markup.js';
import { pointErrors } from '../metrics/point-error.js';
import { mean } from '../metrics/quantile.js';
import { figure, figureWidth, type Panel } from './figure.js';
import { type Html, html } from './html.js';
import { meanShape } from './mean-shape.js';
import { quantity } from './number.js';
import type { Prediction } from './read-predictions.js';
import type { RunFolder } from './read-run.js';
import { shorten } from './text.js';

/** Mean error of each point over the faces, in picture pixels, shape [n]. */
export function meanPointErrors(predictions: readonly Prediction[]): Float64Array {
  const errors = predictions.map(({ predicted, truth }) => pointErrors(predicted, truth));
  return Float64Array.from(errors[0] ?? [], (_, i) => mean(errors.map((each) => each[i]!)));
}

/**
 * The mean face with a circle round each point whose radius is that point's mean error, in the face's own scale; below it
 * the worst points by name, and the mean of each contour. Undefined for runs with one point or without predictions.
 */
export function errorByPoint({ predictions, points }: RunFolder): string | undefined {
  if (predictions.length === 0 || points.names.length < 2) return undefined;
  const { shape, size } = meanShape(predictions.map(({ truth }) => truth));
  const errors = meanPointErrors(predictions);
  const order = [...errors.keys()].sort((a, b) => errors[b]! - errors[a]!);
  const worst = order.slice(0, points.names.length >= 10 ? 5 : 0);
  const face = facePanel(shape, errors, size, points.contours, worst);
  const contours = points.contours
    .map(({ name, points: through }) => ({ name, error: mean(through.map((i) => errors[i]!)) }))
    .sort((a, b) => b.error - a.error);
  const listed = order.slice(0, 8).map((i, rank) => ({
    name: worst.includes(i) ? `${rank + 1}. ${points.names[i]}` : points.names[i]!,
    error: errors[i]!,
  }));
  const lists = listPanel([
    { title: 'Worst points', rows: listed },
    ...(contours.length > 1 ? [{ title: 'Mean of each contour', rows: contours }] : []),
  ]);
  return figure([face, lists], {
    title: 'Error by point, on the mean face',
    note: 'Each circle’s radius is its point’s mean error in the scale of the face; the redder, the larger. The five worst are numbered.',
  });
}

/** @param size of the mean face in pixels, in which the errors are */
function facePanel(
  shape: Float64Array,
  errors: Float64Array,
  size: number,
  contours: readonly Contour[],
  worst: readonly number[],
): Panel {
  const side = (axis: 0 | 1, of: (a: number, b: number) => number) =>
    shape.filter((_, i) => i % 2 === axis).reduce((a, b) => of(a, b));
  const [left, right, top, bottom] = [side(0, Math.min), side(0, Math.max), side(1, Math.min), side(1, Math.max)];
  const scale = Math.min((figureWidth - 110) / (right - left || 1), 340 / (bottom - top || 1));
  const margin = 36;
  const x = (i: number) => figureWidth / 2 + (shape[2 * i]! - (left + right) / 2) * scale;
  const y = (i: number) => margin + (shape[2 * i + 1]! - top) * scale;
  const [low, high] = [Math.min(...errors), Math.max(...errors)];
  const lines = contours.map(({ points, closed }) => {
    const corners = points.map((i) => html`${x(i)},${y(i)} `);
    return html`<path d="M${corners}${closed && 'Z'}"/>`;
  });
  const circles = Array.from(errors, (error, i) => {
    const colour = ramp((error - low) / (high - low || 1));
    return html`<circle cx="${x(i)}" cy="${y(i)}" r="${Math.max(1.5, (error / size) * scale)}" fill="${colour}" stroke="${colour}"/>`;
  });
  const badges = worst.map((i, rank) => {
    // Outwards, where there are fewer other circles.
    const [dx, dy] = [shape[2 * i]!, shape[2 * i + 1]!];
    const away = ((errors[i]! / size) * scale + 9) / (Math.hypot(dx, dy) || 1);
    return html`<text x="${x(i) + dx * away}" y="${y(i) + dy * away + 4}">${String(rank + 1)}</text>`;
  });
  const body = html`<g fill="none" stroke="currentColor" stroke-opacity="0.35">${lines}</g><g fill-opacity="0.4" stroke-width="1">${circles}</g><g font-size="12" font-weight="bold" text-anchor="middle">${badges}</g>`;
  return { width: figureWidth, height: (bottom - top) * scale + 2 * margin, body };
}

/** From blue (0) to red (1). */
function ramp(share: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * Math.min(1, Math.max(0, share)));
  return `rgb(${mix(0, 224)},${mix(114, 49)},${mix(178, 47)})`;
}

function listPanel(lists: readonly { title: string; rows: readonly { name: string; error: number }[] }[]): Panel {
  const column = (figureWidth - 20) / 2;
  const drawn = lists.map(({ title, rows }, i): Html => {
    const lines = rows.map(
      ({ name, error }, row) =>
        html`<text x="0" y="${34 + 17 * row}">${shorten(name, 130, 12)}</text><text x="${column - 20}" y="${34 + 17 * row}" text-anchor="end">${quantity(error, 'px')}</text>`,
    );
    return html`<g transform="translate(${10 + i * column},0)" font-size="12"><text y="14" font-weight="bold">${title}</text>${lines}</g>`;
  });
  const rows = Math.max(0, ...lists.map((list) => list.rows.length));
  return { width: figureWidth, height: 28 + 17 * rows, body: html`${drawn}` };
}
