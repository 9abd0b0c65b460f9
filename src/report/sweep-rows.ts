import { median } from '../metrics/quantile.js';
import type { RunFolder } from './read-run.js';
import { type Setting, type Sweep, type SweptRun, settingsText } from './read-sweep.js';

/** What one training came to; NaN where it has not got so far, or diverged. */
export interface Outcome {
  readonly bestLoss: number;
  readonly lastLoss: number;
  /** Mean validation error in pixels. */
  readonly bestPixels: number;
  readonly lastPixels: number;
  readonly seconds: number;
}

/** A number over several seeds. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A row of the sweep's table: one setting of all keys, over its seeds. */
export interface SweepRow {
  readonly settings: Readonly<Record<string, Setting>>;
  /** As text, e.g. `learningRate 0.003`. */
  readonly name: string;
  readonly runs: readonly SweptRun[];
  /** How many have ended. */
  readonly ended: number;
  readonly bestLoss: Spread;
  readonly lastLoss: Spread;
  readonly bestPixels: Spread;
  readonly lastPixels: Spread;
  readonly seconds: Spread;
}

export function outcome(run: RunFolder | undefined): Outcome {
  const epochs = run?.epochs ?? [];
  const best = epochs.findLast((epoch) => epoch.best);
  const last = epochs.at(-1);
  return {
    bestLoss: best?.validationLoss ?? Number.NaN,
    lastLoss: last?.validationLoss ?? Number.NaN,
    bestPixels: run?.evaluation?.best.pixels.mean ?? best?.validationPixels.mean ?? Number.NaN,
    lastPixels: run?.evaluation?.last.pixels.mean ?? last?.validationPixels.mean ?? Number.NaN,
    seconds: last ? epochs.reduce((sum, { seconds }) => sum + seconds, 0) : Number.NaN,
  };
}

/** One row a setting, least median validation error first; those that came to nothing last. */
export function sweepRows({ over, runs }: Sweep): SweepRow[] {
  const keys = Object.keys(over);
  const names = runs.map(({ settings }) => settingsText(keys, settings) || 'as in the recipe');
  const rows = [...new Set(names)].map((name) =>
    row(
      name,
      runs.filter((_, i) => names[i] === name),
    ),
  );
  return rows.sort((a, b) => rank(a) - rank(b));
}

const rank = ({ bestPixels }: SweepRow) => (Number.isFinite(bestPixels.median) ? bestPixels.median : Number.MAX_VALUE);

function row(name: string, runs: readonly SweptRun[]): SweepRow {
  const outcomes = runs.map(({ run }) => outcome(run));
  const over = (of: (outcome: Outcome) => number): Spread => {
    // A seed that diverged counts as the worst there is, not as one that is not there.
    const begun = outcomes.filter((_, i) => (runs[i]!.run?.epochs.length ?? 0) > 0);
    const values = begun.map(of).map((value) => (Number.isFinite(value) ? value : Number.POSITIVE_INFINITY));
    if (values.length === 0) return { median: Number.NaN, low: Number.NaN, high: Number.NaN };
    // Between infinities the interpolation has no number.
    const middle = median(values);
    return {
      median: Number.isNaN(middle) ? Number.POSITIVE_INFINITY : middle,
      low: Math.min(...values),
      high: Math.max(...values),
    };
  };
  return {
    name,
    settings: runs[0]!.settings,
    runs,
    ended: runs.filter(({ run }) => run?.evaluation !== undefined).length,
    bestLoss: over(({ bestLoss }) => bestLoss),
    lastLoss: over(({ lastLoss }) => lastLoss),
    bestPixels: over(({ bestPixels }) => bestPixels),
    lastPixels: over(({ lastPixels }) => lastPixels),
    seconds: over(({ seconds }) => seconds),
  };
}
