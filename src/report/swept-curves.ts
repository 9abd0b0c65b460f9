import * as Plot from '@observablehq/plot';
import { logAxis, wholeTicks } from './axes.js';
import { valueColours } from './colours.js';
import { figure, figureWidth, type Panel, panel } from './figure.js';
import { type Sweep, settingText } from './read-sweep.js';

interface Curve {
  readonly value: string;
  readonly epochs: readonly { epoch: number; trainLoss: number; validationLoss: number }[];
}

/** The learning curves of a sweep's runs over each other, coloured by a setting's value. Undefined before the first epoch. */
export function sweptCurves({ over, runs }: Sweep, key: string): string | undefined {
  const values = (over[key] ?? []).map(settingText);
  const curves = runs.flatMap(({ run, settings }): Curve[] =>
    run && run.epochs.length > 0 ? [{ value: settingText(settings[key]), epochs: run.epochs }] : [],
  );
  const colours = valueColours(over[key] ?? []);
  const colour = (value: string) => colours[values.indexOf(value)] ?? 'currentColor';
  const panels = [
    curvePanel(curves, 'trainLoss', 'training loss (log)', colour),
    curvePanel(curves, 'validationLoss', 'validation loss (log)', colour),
  ].filter((each) => each !== undefined);
  if (panels.length === 0) return undefined;
  return figure(panels, {
    title: `Learning curves by ${key}`,
    note: 'One line a run.',
    legend: values.map((value) => ({ label: value, key: 'thick', colour: colour(value) })),
  });
}

function curvePanel(
  curves: readonly Curve[],
  loss: 'trainLoss' | 'validationLoss',
  label: string,
  colour: (value: string) => string,
): Panel | undefined {
  const y = logAxis(curves.flatMap(({ epochs }) => epochs.map((epoch) => epoch[loss])));
  if (y === undefined) return undefined;
  const last = Math.max(...curves.map(({ epochs }) => epochs.at(-1)!.epoch));
  return panel({
    width: figureWidth,
    height: 240,
    marginLeft: 58,
    marginRight: 18,
    marginBottom: 40,
    x: { domain: [0.8, last + 0.2], ticks: wholeTicks(last), label: 'epoch', tickFormat: String } as Plot.ScaleOptions,
    y: { ...y, grid: true, label } as Plot.ScaleOptions,
    marks: curves.flatMap(({ value, epochs }) => [
      Plot.lineY(epochs, { x: 'epoch', y: loss, stroke: colour(value), strokeWidth: 1.5, strokeOpacity: 0.85 }),
      Plot.dot(epochs.length === 1 ? epochs : [], { x: 'epoch', y: loss, fill: colour(value), r: 3 }),
    ]),
  });
}
