import * as Plot from '@observablehq/plot';
import { median } from '../metrics/quantile.js';
import { logAxis, plain, spansDecade, zeroDomain } from './axes.js';
import { series } from './colours.js';
import { figure, figureWidth, panel } from './figure.js';
import { type Setting, type Sweep, type SweptRun, settingsText, settingText } from './read-sweep.js';
import { outcome } from './sweep-rows.js';

interface Dot {
  readonly x: Setting;
  readonly y: number;
  readonly line: string;
}

/**
 * The validation error against a swept setting: a dot a run (best epoch: filled, last: ring) and a line through the medians
 * over seeds, one for each value of the other settings. Logarithmic where the values span a decade.
 * Undefined where no run has got so far.
 */
export function hyperparameters({ over, runs }: Sweep, key: string): string | undefined {
  const others = Object.keys(over).filter((other) => other !== key);
  const lineOf = ({ settings }: SweptRun) => settingsText(others, settings);
  const dots = (of: (run: SweptRun) => number) =>
    runs
      .map((run): Dot => ({ x: run.settings[key], y: of(run), line: lineOf(run) }))
      .filter(({ x, y }) => Number.isFinite(y) && x !== undefined);
  const best = dots(({ run }) => outcome(run).bestPixels);
  const last = dots(({ run }) => outcome(run).lastPixels);
  if (best.length === 0) return undefined;

  const lines = [...new Set(best.map(({ line }) => line))];
  const colour = (line: string) => series[lines.indexOf(line) % series.length]!;
  const errors = [...best, ...last].map(({ y }) => y);
  const log = spansDecade(errors);
  const x = valueAxis(
    best.map((dot) => dot.x),
    key,
  );
  const place = ({ x: value }: Dot) => (x.numeric ? value : settingText(value));
  const marks = lines.map((line) =>
    Plot.line(
      medians(
        best.filter((dot) => dot.line === line),
        x.order,
      ),
      { x: place, y: 'y', stroke: colour(line), strokeWidth: 2 },
    ),
  );
  const body = panel({
    width: figureWidth,
    height: 280,
    marginLeft: 52,
    marginRight: 24,
    marginTop: 28,
    marginBottom: 42,
    x: x.scale,
    y: {
      ...(log ? logAxis(errors) : { domain: zeroDomain(errors) }),
      grid: true,
      label: `validation error (px${log ? ', log' : ''})`,
    } as Plot.ScaleOptions,
    marks: [
      ...marks,
      Plot.dot(last, {
        x: place,
        y: 'y',
        dx: 7,
        r: 3.5,
        stroke: ({ line }: Dot) => colour(line),
        strokeWidth: 1.2,
        strokeOpacity: 0.8,
      }),
      Plot.dot(best, { x: place, y: 'y', r: 3.5, fill: ({ line }: Dot) => colour(line) }),
    ],
  });
  return figure([body], {
    title: `Validation error by ${key}`,
    note: 'Mean error of each run: filled with the best epoch’s weights, ring with the last’s. Line: median over seeds of the best.',
    legend:
      lines.length > 1 ? lines.slice(0, 12).map((line) => ({ label: line, key: 'dot', colour: colour(line) })) : [],
  });
}

/** The axis of a setting: its own values are the ticks; words stand in the order in which they were given. */
function valueAxis(values: readonly Setting[], key: string) {
  const distinct = [...new Map(values.map((value) => [settingText(value), value])).values()];
  if (!distinct.every((value) => typeof value === 'number')) {
    const order = distinct.map(settingText);
    return {
      numeric: false,
      order,
      scale: { type: 'point', domain: order, label: key, padding: 0.5 } as Plot.ScaleOptions,
    };
  }
  const sorted = [...distinct].sort((a, b) => a - b);
  const log = spansDecade(sorted);
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  const reach = high > low ? (high - low) * 0.05 : Math.abs(high) * 0.5 || 1;
  const step = Math.ceil(sorted.length / 7);
  const scale = {
    type: log ? 'log' : 'linear',
    domain: log ? [low / 1.3, high * 1.3] : [low - reach, high + reach],
    ticks: sorted.filter((_, i) => i % step === 0),
    tickFormat: plain,
    label: log ? `${key} (log)` : key,
  } as Plot.ScaleOptions;
  return { numeric: true, order: sorted.map(settingText), scale };
}

function medians(dots: readonly Dot[], order: readonly string[]): Dot[] {
  return order.flatMap((text) => {
    const shared = dots.filter(({ x }) => settingText(x) === text);
    return shared.length === 0 ? [] : [{ ...shared[0]!, y: median(shared.map(({ y }) => y)) }];
  });
}
