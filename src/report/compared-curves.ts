import type { ComparedRun } from './compared-run.js';
import { curvePanel } from './curve-panel.js';
import { figure } from './figure.js';

/**
 * The learning curves of runs over each other: losses where all minimise the same one, and the validation error beside
 * the floor of each. Undefined before the first epoch.
 */
export function comparedCurves(runs: readonly ComparedRun[]): string | undefined {
  const begun = runs.filter(({ run }) => run.epochs.length > 0);
  const curves = begun.map(({ colour, run }) => ({ colour, epochs: run.epochs }));
  const sameLoss = new Set(begun.map(({ run }) => JSON.stringify(run.info.recipe.loss))).size === 1;
  const floors = begun.flatMap(({ colour, run: { evaluation } }) =>
    evaluation && Number.isFinite(evaluation.floor.pixels.mean)
      ? [{ value: evaluation.floor.pixels.mean, colour }]
      : [],
  );
  const oneFloor = new Set(floors.map(({ value }) => value)).size === 1;
  const panels = [
    sameLoss && curvePanel(curves, { of: ({ trainLoss }) => trainLoss, label: 'training loss', log: 'always' }),
    sameLoss &&
      curvePanel(curves, { of: ({ validationLoss }) => validationLoss, label: 'validation loss', log: 'always' }),
    curvePanel(curves, {
      of: ({ validationPixels }) => validationPixels.mean,
      label: 'mean validation error (px)',
      log: 'decade',
      floors: oneFloor ? [{ value: floors[0]!.value, colour: 'currentColor' }] : floors,
    }),
  ].filter((each) => each !== undefined && each !== false);
  if (panels.length === 0) return undefined;
  return figure(panels, {
    title: sameLoss ? 'Loss and validation error by epoch' : 'Validation error by epoch',
    note: sameLoss
      ? 'One line a run.'
      : 'One line a run. They minimise different losses, which are not drawn: only errors can be compared.',
    legend: [
      ...begun.map(({ name, colour }) => ({ label: name, key: 'thick' as const, colour })),
      ...(floors.length > 0 ? [{ label: 'floor: mean face', key: 'dashed' as const, colour: 'currentColor' }] : []),
    ],
  });
}
