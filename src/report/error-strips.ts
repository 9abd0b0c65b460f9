import * as Plot from '@observablehq/plot';
import { quantile } from '../metrics/quantile.js';
import { logAxis, spansDecade, zeroDomain } from './axes.js';
import type { Share } from './breakdown.js';
import { blue, orange } from './colours.js';
import type { ErrorMeasure } from './error-measure.js';
import { figure, figureWidth, panel } from './figure.js';
import { shorten, textWidth } from './text.js';

const rowHeight = 30;

/** A row a share: each face a dot, the middle half of them a bar, median and mean marked. */
export function errorStrips(shares: readonly Share[], measure: ErrorMeasure, title: string, note: string): string {
  const labels = shares.map(({ value, faces }) => ({ value, label: shorten(`${value} (${faces.length})`, 200, 12) }));
  const marginLeft = Math.max(40, ...labels.map(({ label }) => textWidth(label, 12) + 14));
  const labelOf = new Map(labels.map(({ value, label }) => [value, label]));
  const faces = shares.flatMap(({ value, errors }) => errors.map((error) => ({ value, error })));
  const boxes = shares.map(({ value, errors, mean, median }) => ({
    value,
    mean,
    median,
    low: quantile(errors, 0.25),
    high: quantile(errors, 0.75),
  }));
  const errors = faces.map(({ error }) => error);
  const log = spansDecade(errors) && quantile(errors, 0.98) > 12 * quantile(errors, 0.5);
  const x = log ? logAxis(errors) : { domain: zeroDomain(errors) };
  const body = panel({
    width: figureWidth,
    height: shares.length * rowHeight + 66,
    marginLeft,
    marginRight: 18,
    marginTop: 8,
    marginBottom: 40,
    x: { ...x, label: `${measure.label}${log ? ', log' : ''}`, grid: true } as Plot.ScaleOptions,
    y: {
      domain: shares.map(({ value }) => value),
      label: null,
      tickFormat: (value: string) => labelOf.get(value)!,
      tickSize: 0,
    },
    marks: [
      Plot.ruleY(boxes, { y: 'value', x1: 'low', x2: 'high', stroke: blue, strokeWidth: 12, strokeOpacity: 0.28 }),
      Plot.dot(faces, { y: 'value', x: 'error', fill: blue, r: 2.5, fillOpacity: faces.length > 200 ? 0.35 : 0.7 }),
      Plot.tickX(boxes, { y: 'value', x: 'median', stroke: blue, strokeWidth: 2.5, insetTop: 5, insetBottom: 5 }),
      Plot.dot(boxes, {
        y: 'value',
        x: 'mean',
        symbol: 'diamond',
        fill: orange,
        stroke: '#fff',
        strokeWidth: 0.8,
        r: 5.5,
      }),
    ],
  });
  return figure([body], {
    title,
    note,
    legend: [
      { label: 'a face', key: 'dot', colour: blue },
      { label: 'middle half', key: 'bar', colour: blue },
      { label: 'median', key: 'tick', colour: blue },
      { label: 'mean', key: 'diamond', colour: orange },
    ],
  });
}
