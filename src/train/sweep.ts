import { UsageError } from '../errors.js';
import { randomFor } from '../random.js';

/** A setting that a sweep varies. */
export interface Varied {
  readonly key: string;
  /** Values to try, as they stand on the command line. */
  readonly values: readonly string[];
  /** Bounds to draw from in a random search, evenly on a log scale where `log`. */
  readonly range?: { readonly low: number; readonly high: number; readonly log: boolean };
}

/** One training of a sweep. */
export interface SweepRun {
  /** Within the sweep's folder. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly seed: number;
}

/**
 * `train.learningRate=1e-2,1e-3` is a list, `train.learningRate=1e-4..1e-2` a range for a random search, on a log scale
 * where its ends are a decade apart or more. Throws a UsageError for anything else.
 */
export function parseVaried(text: string): Varied {
  const [, key, value] = /^([\w.]+)=(.+)$/s.exec(text) ?? [];
  if (!key || !value)
    throw new UsageError(`--over ${text}: give it as key=value,value such as train.learningRate=1e-2,1e-3`);
  const [, from, to] = /^([\d.e+-]+?)\.\.([\d.e+-]+)$/i.exec(value) ?? [];
  if (from === undefined || to === undefined) {
    const values = value.split(',').map((part) => part.trim());
    if (values.includes('')) throw new UsageError(`--over ${text}: has nothing between two commas, or at an end`);
    const twice = values.find((part, i) => values.indexOf(part) < i);
    if (twice !== undefined) throw new UsageError(`--over ${text}: has ${twice} twice`);
    return { key, values };
  }
  const [low, high] = [Number(from), Number(to)];
  if (!(low < high)) throw new UsageError(`--over ${text}: a range goes from a lower to a higher number`);
  return { key, values: [], range: { low, high, log: low > 0 && high / low >= 10 } };
}

/**
 * The trainings of a sweep: every combination of the listed values, or with `draws` that many random ones, each with
 * every seed. Throws a UsageError where a range is to be listed, a setting is given twice, or it is the seed.
 */
export function planSweep(
  over: readonly Varied[],
  seeds: readonly number[],
  draws: number | undefined,
  drawSeed = 0,
): SweepRun[] {
  for (const [i, { key }] of over.entries()) {
    if (key === 'train.seed') throw new UsageError(`--over ${key}: say how many seeds with --seeds COUNT`);
    if (over.findIndex((other) => other.key === key) < i) {
      throw new UsageError(`--over ${key}: is given twice; list its values after one --over`);
    }
  }
  const combinations = draws === undefined ? grid(over) : drawn(over, draws, drawSeed);
  const digits = String(combinations.length * seeds.length).length;
  const runs = combinations.flatMap((settings) => seeds.map((seed) => ({ settings, seed })));
  return runs.map((run, i) => ({ folder: `run-${String(i + 1).padStart(digits, '0')}`, ...run }));
}

function grid(over: readonly Varied[]): Record<string, string>[] {
  let combinations: Record<string, string>[] = [{}];
  for (const { key, values, range } of over) {
    if (range)
      throw new UsageError(`--over ${key}: a range needs a random search: say how many draws with --random COUNT`);
    combinations = combinations.flatMap((settings) => values.map((value) => ({ ...settings, [key]: value })));
  }
  return combinations;
}

function drawn(over: readonly Varied[], draws: number, seed: number): Record<string, string>[] {
  return Array.from({ length: draws }, (_, i) =>
    Object.fromEntries(
      over.map(({ key, values, range }) => {
        const random = randomFor(seed, 'sweep', i, key);
        if (!range) return [key, values[random.below(values.length)]!];
        const { low, high, log } = range;
        const value = log ? Math.exp(random.uniform(Math.log(low), Math.log(high))) : random.uniform(low, high);
        return [key, String(Number(value.toPrecision(4)))];
      }),
    ),
  );
}
