import { valueColours } from './colours.js';
import { type Curve, curvePanel } from './curve-panel.js';
import { figure } from './figure.js';
import { type Sweep, settingText } from './read-sweep.js';

/** The learning curves of a sweep's runs over each other, coloured by a setting's value. Undefined before the first epoch. */
export function sweptCurves({ over, runs }: Sweep, key: string): string | undefined {
  const values = (over[key] ?? []).map(settingText);
  const colours = valueColours(over[key] ?? []);
  const colour = (value: string) => colours[values.indexOf(value)] ?? 'currentColor';
  const curves = runs.flatMap(({ run, settings }): Curve[] =>
    run && run.epochs.length > 0 ? [{ colour: colour(settingText(settings[key])), epochs: run.epochs }] : [],
  );
  const panels = [
    curvePanel(curves, { of: ({ trainLoss }) => trainLoss, label: 'training loss', log: 'always' }),
    curvePanel(curves, { of: ({ validationLoss }) => validationLoss, label: 'validation loss', log: 'always' }),
  ].filter((each) => each !== undefined);
  if (panels.length === 0) return undefined;
  return figure(panels, {
    title: `Learning curves by ${key}`,
    note: 'One line a run.',
    legend: values.map((value) => ({ label: value, key: 'thick', colour: colour(value) })),
  });
}
