import * as Plot from '@observablehq/plot';
import type { BoundaryResult } from '../evaluate/boundary.js';
import { zeroDomain } from './axes.js';
import { figure, figureWidth, panel } from './figure.js';
import type { LegendEntry } from './legend.js';
import { type Studied, seriesColour, smallPercent, studyMargins, wholePercent } from './studied.js';

const ground = '#888';

/** Median errors of points inside and outside the crop by the share outside, a colour a model. @param scale what errors are divided by */
export function boundaryErrors(models: readonly Studied<BoundaryResult>[], scale: string): string {
  const values = models.flatMap(({ result }) =>
    result.steps.flatMap(({ inside, outside }) => [inside.median, outside?.median ?? 0]),
  );
  const marks = models.flatMap(({ result: { steps } }, i) => {
    const outside = steps.flatMap(({ cut, outside }) => (outside ? [{ cut, median: outside.median }] : []));
    const inside = steps.map(({ cut, inside }) => ({ cut, median: inside.median }));
    const stroke = seriesColour(i);
    return [
      Plot.lineY(inside, { x: 'cut', y: 'median', stroke, strokeWidth: 1.5, strokeDasharray: '5 3' }),
      Plot.lineY(outside, { x: 'cut', y: 'median', stroke, strokeWidth: 2.5 }),
      Plot.dot(outside, { x: 'cut', y: 'median', fill: stroke, r: 2.5 }),
    ];
  });
  const drawn = panel({
    width: figureWidth,
    height: 280,
    ...studyMargins,
    x: cutAxis,
    y: { domain: [...zeroDomain(values)], label: `median point error, % of ${scale}`, grid: true, ticks: 6 },
    marks,
  });
  return figure([drawn], {
    title: 'Error of points inside and outside the crop',
    note: 'The crop is moved to one side until a share of the points lies outside it.',
    legend: models.flatMap(({ name }, i): LegendEntry[] => [
      { label: `${name}: outside`, key: 'thick', colour: seriesColour(i) },
      { label: `${name}: inside`, key: 'dashed', colour: seriesColour(i) },
    ]),
  });
}

const cutAxis = { label: 'share of the points outside the crop', domain: [0, 0.5], ticks: 6, tickFormat: wholePercent };

/** The share of points that stick to the border, of the truth in grey. */
export function boundaryShares(models: readonly Studied<BoundaryResult>[]): string {
  const lines = [
    {
      name: 'truth',
      colour: ground,
      steps: models[0]!.result.steps.map(({ cut, border }) => ({ cut, share: border.truth })),
    },
    ...models.map(({ name, result }, i) => ({
      name,
      colour: seriesColour(i),
      steps: result.steps.map(({ cut, border }) => ({ cut, share: border.predicted })),
    })),
  ];
  const drawn = panel({
    width: figureWidth,
    height: 240,
    ...studyMargins,
    x: cutAxis,
    y: {
      domain: [...zeroDomain(lines.flatMap(({ steps }) => steps.map(({ share }) => share)))],
      label: 'points within 1 % of the border',
      tickFormat: smallPercent,
      grid: true,
      ticks: 5,
    },
    marks: lines.map(({ colour, steps }) =>
      Plot.lineY(steps, { x: 'cut', y: 'share', stroke: colour, strokeWidth: 2, marker: 'dot' }),
    ),
  });
  return figure([drawn], {
    title: 'Do points stick to the border?',
    note: 'Predictions that collapse to the border of the crop would stand far above the truth.',
    legend: lines.map(({ name, colour }) => ({ label: name, key: 'thick' as const, colour })),
  });
}

/** Where points lie across the border that cuts a quarter of them off. */
export function acrossBorder(models: readonly Studied<BoundaryResult>[]): string {
  const bins = (shares: readonly number[]) => {
    const { from } = models[0]!.result.beyond;
    const width = from[1]! - from[0]!;
    return shares.map((share, i) => ({ x: from[i]! + width / 2, x1: from[i]!, x2: from[i]! + width, share }));
  };
  const truth = bins(models[0]!.result.beyond.truth);
  const all = [...truth, ...models.flatMap(({ result }) => bins(result.beyond.predicted))];
  const drawn = panel({
    width: figureWidth,
    height: 260,
    ...studyMargins,
    x: {
      label: "beyond the border, in shares of the crop's side",
      tickFormat: (x: number) => String(Number(x.toFixed(2))),
    },
    y: {
      domain: [...zeroDomain(all.map(({ share }) => share))],
      label: 'share of the points',
      tickFormat: wholePercent,
      grid: true,
      ticks: 5,
    },
    marks: [
      Plot.rectY(truth, { x1: 'x1', x2: 'x2', y: 'share', fill: ground, fillOpacity: 0.35 }),
      Plot.ruleX([0], { strokeDasharray: '3 3' }),
      ...models.map(({ result }, i) =>
        Plot.lineY(bins(result.beyond.predicted), { x: 'x', y: 'share', stroke: seriesColour(i), strokeWidth: 2 }),
      ),
    ],
  });
  return figure([drawn], {
    title: 'Across the border, a quarter of the points outside',
    note: 'Inside is left of 0, outside right of it. A pile at 0 would be points pushed back to the border.',
    legend: [
      { label: 'truth', key: 'bar', colour: ground },
      ...models.map(({ name }, i) => ({ label: name, key: 'thick' as const, colour: seriesColour(i) })),
    ],
  });
}
