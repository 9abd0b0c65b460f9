import * as Plot from '@observablehq/plot';
import type { EpochMetrics } from '../train/run.js';
import { logAxis, spansDecade, wholeTicks, zeroDomain } from './axes.js';
import { figureWidth, type Panel, panel } from './figure.js';

/** A run in a figure of several. */
export interface Curve {
  readonly colour: string;
  readonly epochs: readonly EpochMetrics[];
}

export interface CurveOptions {
  readonly of: (epoch: EpochMetrics) => number;
  readonly label: string;
  /** A logarithmic axis always, as losses have it, or only where the values span a decade. */
  readonly log: 'always' | 'decade';
  /** Values to compare with, as dashed lines. */
  readonly floors?: readonly { readonly value: number; readonly colour: string }[];
}

/** A number by epoch, one line a run. Undefined where there is nothing to draw. */
export function curvePanel(curves: readonly Curve[], { of, label, log, floors = [] }: CurveOptions): Panel | undefined {
  const values = [...curves.flatMap(({ epochs }) => epochs.map(of)), ...floors.map(({ value }) => value)];
  if (!curves.some(({ epochs }) => epochs.map(of).some(Number.isFinite))) return undefined;
  const logarithmic = log === 'always' || spansDecade(values);
  const y = logarithmic ? logAxis(values) : { domain: zeroDomain(values) };
  if (y === undefined) return undefined;
  const last = Math.max(...curves.map(({ epochs }) => epochs.at(-1)?.epoch ?? 1));
  return panel({
    width: figureWidth,
    height: 240,
    marginLeft: 58,
    marginRight: 18,
    marginBottom: 40,
    x: { domain: [0.8, last + 0.2], ticks: wholeTicks(last), label: 'epoch', tickFormat: String } as Plot.ScaleOptions,
    y: { ...y, grid: true, label: logarithmic ? `${label} (log)` : label } as Plot.ScaleOptions,
    marks: [
      ...floors.map(({ value, colour }) =>
        Plot.ruleY([value], { stroke: colour, strokeDasharray: '5 3', strokeWidth: 1.5 }),
      ),
      ...curves.flatMap(({ colour, epochs }) => [
        Plot.lineY(epochs, { x: 'epoch', y: of, stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.85 }),
        Plot.dot(epochs.length === 1 ? epochs : [], { x: 'epoch', y: of, fill: colour, r: 3 }),
      ]),
    ],
  });
}
