import * as Plot from '@observablehq/plot';
import { type Calibration, calibrate, type ExpectedAndActual } from '../metrics/calibration.js';
import { pointErrors } from '../metrics/point-error.js';
import { logAxis } from './axes.js';
import { blue } from './colours.js';
import { type ErrorMeasure, errorMeasure } from './error-measure.js';
import { figure, figureWidth, panel } from './figure.js';
import { counted, number } from './number.js';
import type { RunFolder } from './read-run.js';

/** How sure a run's model is against how right it is. Undefined where it does not say, or has predicted nothing. */
export function runCalibration(run: RunFolder): { calibration: Calibration; svg: string } | undefined {
  const measure = errorMeasure([run]);
  const faces = run.predictions.flatMap(({ predicted, truth, spread, pixels, nme }): ExpectedAndActual[] => {
    if (!spread) return [];
    const unit = measure.unit === '%' && nme !== undefined ? nme / pixels : 1;
    return [
      {
        expected: spread.map((e) => e * unit),
        actual: pointErrors(predicted, truth).map((error) => error * unit),
      },
    ];
  });
  if (faces.length === 0) return undefined;
  const calibration = calibrate(faces);
  return { calibration, svg: calibrationCurve(calibration, measure) };
}

/** Actual against expected error, both logarithmic; a model that knows itself lies on the diagonal. */
function calibrationCurve({ bins, points, rankCorrelation }: Calibration, { unit, label }: ErrorMeasure): string {
  const axis = logAxis(bins.flatMap(({ expected, actual, lower, upper }) => [expected, actual, lower, upper]));
  const scale = axis && {
    type: axis.type,
    domain: [...axis.domain],
    ticks: [...axis.ticks],
    tickFormat: axis.tickFormat,
  };
  const [low, high] = axis?.domain ?? [0, 1];
  const drawn = panel({
    width: figureWidth,
    height: 380,
    marginLeft: 52,
    marginRight: 18,
    marginTop: 30,
    marginBottom: 40,
    x: { ...scale, label: `expected error, ${unit} (log)`, grid: true },
    y: { ...scale, label: `actual error, ${unit} (log)`, grid: true },
    marks: [
      Plot.line(
        [
          [low, low],
          [high, high],
        ],
        { strokeDasharray: '5 3', strokeWidth: 1.5 },
      ),
      Plot.ruleX(bins, { x: 'expected', y1: 'lower', y2: 'upper', stroke: blue, strokeOpacity: 0.35, strokeWidth: 6 }),
      Plot.line(bins, { x: 'expected', y: 'actual', stroke: blue, strokeWidth: 2 }),
      Plot.dot(bins, { x: 'expected', y: 'actual', fill: blue, r: 3.5 }),
    ],
  });
  return figure([drawn], {
    title: 'How sure it is, and how right',
    note: `${counted(points, 'point')} in ${bins.length} bins by the error that the network expects of them. ${label.replace('mean point error (px)', 'Pixels')}. Rank correlation: points ${number(rankCorrelation.points)}, faces ${number(rankCorrelation.faces)}.`,
    legend: [
      { label: 'mean error', key: 'thick', colour: blue },
      { label: 'half of the points', key: 'bar', colour: blue },
      { label: 'as expected', key: 'dashed', colour: 'currentColor' },
    ],
  });
}
