import * as Plot from '@observablehq/plot';
import type { EpochMetrics } from '../train/run.js';
import { logAxis, spansDecade, wholeTicks, zeroDomain } from './axes.js';
import { blue, green, orange } from './colours.js';
import { figure, figureWidth, type Panel, panel } from './figure.js';
import { number, quantity } from './number.js';
import type { RunFolder } from './read-run.js';

/**
 * Training and validation loss by epoch, and below it the validation error in pixels beside the floor: what one gets by
 * always answering with the mean face. Undefined before the first epoch has ended.
 */
export function lossCurves({ epochs, evaluation }: RunFolder): string | undefined {
  const losses = lossPanel(epochs);
  if (losses === undefined) return undefined;
  const floor = evaluation?.floor.pixels.mean;
  const best = bestOf(epochs);
  return figure([losses, pixelPanel(epochs, floor)], {
    title: 'Loss and validation error by epoch',
    note:
      best &&
      `Ringed: epoch ${best.epoch} with the least validation loss, ${number(best.validationLoss)}, and ${quantity(best.validationPixels.mean, 'px')}. The model has its weights.`,
    legend: [
      { label: 'training loss', key: 'line', colour: blue },
      { label: 'validation loss', key: 'thick', colour: orange },
      { label: 'validation error: mean', key: 'thick', colour: green },
      { label: 'median', key: 'line', colour: green },
      ...(floor === undefined ? [] : [{ label: 'floor: mean face', key: 'dashed', colour: 'currentColor' } as const]),
    ],
  });
}

const frame = { width: figureWidth, marginLeft: 58, marginRight: 18 };

// More epochs than this, and dots would hide the line.
const mostDots = 60;

const bestOf = (epochs: readonly EpochMetrics[]) => epochs.findLast(({ best }) => best);

function epochAxis(epochs: readonly EpochMetrics[], label: string | null): Plot.ScaleOptions {
  const last = epochs.at(-1)!.epoch;
  return { domain: [1 - 0.2, last + 0.2], ticks: wholeTicks(last), label, tickFormat: String };
}

function lossPanel(epochs: readonly EpochMetrics[]): Panel | undefined {
  const y = logAxis(epochs.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]));
  if (y === undefined) return undefined;
  const dotted = epochs.length <= mostDots ? epochs : [];
  const best = epochs.filter((epoch) => epoch === bestOf(epochs));
  return panel({
    ...frame,
    height: 230,
    x: epochAxis(epochs, null),
    y: { ...y, grid: true, label: 'loss (log)' } as Plot.ScaleOptions,
    marks: [
      Plot.lineY(epochs, { x: 'epoch', y: 'trainLoss', stroke: blue, strokeWidth: 1.5 }),
      Plot.lineY(epochs, { x: 'epoch', y: 'validationLoss', stroke: orange, strokeWidth: 2.5 }),
      Plot.dot(dotted, { x: 'epoch', y: 'trainLoss', fill: blue, r: 1.8 }),
      Plot.dot(dotted, { x: 'epoch', y: 'validationLoss', fill: orange, r: 2.4 }),
      Plot.dot(best, { x: 'epoch', y: 'validationLoss', r: 6, stroke: 'currentColor', strokeWidth: 1.5 }),
    ],
  });
}

function pixelPanel(epochs: readonly EpochMetrics[], floor: number | undefined): Panel {
  const rows = epochs.map(({ epoch, validationPixels: { mean, median } }) => ({ epoch, mean, median }));
  const floors = floor === undefined ? [] : [floor];
  const values = [...rows.flatMap(({ mean, median }) => [mean, median]), ...floors];
  const log = spansDecade(values);
  const y = log ? logAxis(values) : { domain: zeroDomain(values) };
  const best = rows.filter(({ epoch }) => epoch === bestOf(epochs)?.epoch);
  return panel({
    ...frame,
    height: 220,
    marginBottom: 40,
    x: epochAxis(epochs, 'epoch'),
    y: { ...y, grid: true, label: `validation error (px${log ? ', log' : ''})` } as Plot.ScaleOptions,
    marks: [
      Plot.ruleY(floors, { strokeDasharray: '5 3', strokeWidth: 1.5 }),
      Plot.lineY(rows, { x: 'epoch', y: 'median', stroke: green, strokeWidth: 1.3 }),
      Plot.lineY(rows, { x: 'epoch', y: 'mean', stroke: green, strokeWidth: 2.5 }),
      Plot.dot(rows.length <= mostDots ? rows : [], { x: 'epoch', y: 'mean', fill: green, r: 2.4 }),
      Plot.dot(best, { x: 'epoch', y: 'mean', r: 6, stroke: 'currentColor', strokeWidth: 1.5 }),
    ],
  });
}
