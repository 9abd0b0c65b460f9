import type { Contour } from '../data/markup.js';
import { predictionColour, truthColour } from './colours.js';
import { type Html, html } from './html.js';
import type { LegendEntry } from './legend.js';

// Points on pictures. Truth and prediction differ in colour and in shape, and both have a rim that shows on any ground.

/** Radius of a mark: smaller the more points share the picture. */
const radius = (points: number, width: number): number =>
  points <= 5 ? width / 40 : points <= 30 ? width / 80 : width / 130;

/** @param points (x, y) pairs in drawing units, shape [2·n] */
export function truthDots(points: Float32Array, width: number): Html {
  const r = radius(points.length / 2, width);
  const dots = pairs(points).map(([x, y]) => html`<circle cx="${x}" cy="${y}" r="${r}"/>`);
  return html`<g fill="${truthColour}" stroke="#fff" stroke-width="${r / (points.length > 10 ? 7 : 4)}">${dots}</g>`;
}

/** Thin enough to leave a dot below visible. @param points (x, y) pairs in drawing units, shape [2·n] */
export function predictionCrosses(points: Float32Array, width: number): Html {
  const r = radius(points.length / 2, width);
  const path = pairs(points).map(
    ([x, y]) => html`M${x - r},${y - r}L${x + r},${y + r}M${x - r},${y + r}L${x + r},${y - r}`,
  );
  return html`<g fill="none" stroke-linecap="round"><path d="${path}" stroke="#fff" stroke-width="${r * 0.55}"/><path d="${path}" stroke="${predictionColour}" stroke-width="${r * 0.34}"/></g>`;
}

/** The markup's lines: whole for the truth, dashed for the prediction. */
export function contourLines(contours: readonly Contour[], points: Float32Array, of: 'truth' | 'prediction'): Html {
  const colour = of === 'truth' ? truthColour : predictionColour;
  const lines = contours.map(({ points: through, closed }) => {
    const corners = through.map((i) => html`${points[2 * i]!},${points[2 * i + 1]!} `);
    return html`<path d="M${corners}${closed && 'Z'}"/>`;
  });
  const dashes = of === 'prediction' && html` stroke-dasharray="4 2"`;
  return html`<g fill="none" stroke="${colour}" stroke-width="1.1" stroke-opacity="0.9"${dashes}>${lines}</g>`;
}

export const pictureLegend = (shown: { prediction: boolean; contours: boolean }): LegendEntry[] => [
  { label: shown.contours ? 'truth: dots, whole lines' : 'truth: dot', key: 'dot', colour: truthColour },
  ...(shown.prediction
    ? [
        {
          label: shown.contours ? 'prediction: crosses, dashed lines' : 'prediction: cross',
          key: 'cross' as const,
          colour: predictionColour,
        },
      ]
    : []),
];

const pairs = (points: Float32Array): [number, number][] =>
  Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i]!, points[2 * i + 1]!]);
