import * as Plot from '@observablehq/plot';
import { cumulativeCurve } from '../metrics/cumulative-error.js';
import { quantile } from '../metrics/quantile.js';
import { series } from './colours.js';
import { type ErrorMeasure, errorMeasure } from './error-measure.js';
import { figure, figureWidth, panel } from './figure.js';
import { counted, number } from './number.js';
import type { RunFolder } from './read-run.js';

/**
 * The cumulative error curve: the share of validation faces with at most this error, one line a run.
 * Undefined where no run has predictions.
 */
export function cumulativeError(
  runs: readonly RunFolder[],
  names = runs.map(({ info }) => info.name),
): string | undefined {
  const measure = errorMeasure(runs);
  return cumulativeCurves(
    runs.flatMap(({ predictions }, i) =>
      predictions.length === 0 ? [] : [{ name: names[i]!, errors: predictions.map(measure.of) }],
    ),
    measure,
  );
}

/** The same of errors by name, one a face. @param named `colour`: as the same thing has in other figures */
export function cumulativeCurves(
  named: readonly { readonly name: string; readonly errors: readonly number[]; readonly colour?: string }[],
  measure: Pick<ErrorMeasure, 'unit' | 'label'>,
): string | undefined {
  const curves = named.map((curve, i) => ({ colour: series[i % series.length]!, ...curve }));
  if (curves.length === 0) return undefined;
  const all = curves.flatMap(({ errors }) => errors);
  const limit = Math.max(quantile(all, 0.98) * 1.15, measure.unit === '%' ? 8.8 : 0) || 1;
  const beyond = all.filter((error) => error > limit).length;
  const failures = measure.unit === '%' ? [8, 10].filter((at) => at < limit) : [];
  return figure(
    [
      panel({
        width: figureWidth,
        height: 280,
        marginLeft: 52,
        marginRight: 18,
        marginTop: 30,
        marginBottom: 40,
        x: { domain: [0, limit], label: measure.label, ticks: 7 },
        y: {
          domain: [0, 1],
          label: 'share of faces',
          tickFormat: (share: number) => `${Math.round(100 * share)} %`,
          grid: true,
          ticks: 5,
        },
        marks: [
          Plot.ruleX(failures, { strokeDasharray: '2 3', strokeOpacity: 0.7 }),
          ...failures.map((at) =>
            // On either side of their lines, where they do not touch.
            Plot.text([at], {
              x: at,
              y: 1,
              text: [`${at} %`],
              dy: -8,
              dx: at === 8 ? 4 : -4,
              textAnchor: at === 8 ? 'end' : 'start',
              fontSize: 11,
            }),
          ),
          ...curves.map(({ errors, colour }) =>
            Plot.line(steps(errors, limit), {
              x: 'error',
              y: 'share',
              curve: 'step-after',
              stroke: colour,
              strokeWidth: 2,
            }),
          ),
        ],
      }),
    ],
    {
      title: 'Cumulative error',
      note: `The share of validation faces whose error is at most so large.${
        beyond > 0
          ? ` ${counted(beyond, 'face')} of ${all.length} beyond the axis, up to ${number(Math.max(...all))} ${measure.unit}.`
          : ''
      }`,
      legend: curves.length > 1 ? curves.map(({ name, colour }) => ({ label: name, colour, key: 'thick' })) : [],
    },
  );
}

/** The curve from 0 to the axis' end. */
function steps(errors: readonly number[], limit: number): { error: number; share: number }[] {
  const curve = cumulativeCurve(errors).filter(({ error }) => error <= limit);
  return [{ error: 0, share: 0 }, ...curve, { error: limit, share: curve.at(-1)?.share ?? 0 }];
}
