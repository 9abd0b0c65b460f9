export interface LogAxis {
  readonly type: 'log';
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly tickFormat: (value: number) => string;
}

/**
 * A logarithmic axis for values above 0: its ticks are round numbers, as many as can be told apart.
 * Undefined where nothing can be drawn.
 */
export function logAxis(values: readonly number[]): LogAxis | undefined {
  // Nothing that is measured here lies outside of this, but a training that diverges may come near infinity.
  const drawable = values.filter((value) => value >= 1e-30 && value <= 1e30);
  if (drawable.length === 0) return undefined;
  const [low, high] = extent(drawable);
  const domain = [low / 1.12, high * 1.12] as const;
  const decades = Math.log10(domain[1] / domain[0]);
  const steps =
    decades > 4 ? [1] : decades > 2 ? [1, 3] : decades > 0.7 ? [1, 2, 5] : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9];
  const first = Math.floor(Math.log10(domain[0]));
  const every = Math.ceil(decades / 8);
  const all = Array.from({ length: Math.ceil(decades / every) + 2 }, (_, i) =>
    steps.map((step) => step * 10 ** (first + i * every)),
  ).flat();
  const ticks = all.filter((tick) => tick >= domain[0] && tick <= domain[1]);
  return { type: 'log', domain, ticks: ticks.length > 0 ? ticks : [low], tickFormat: plain };
}

/** Whether the values are better told apart on a logarithmic axis: all above 0 and a decade apart. */
export function spansDecade(values: readonly number[]): boolean {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return false;
  const [low, high] = extent(finite);
  return low > 0 && high / low >= 10;
}

/** From 0 to a little above the greatest finite value. */
export function zeroDomain(values: readonly number[]): readonly [number, number] {
  const [, high] = extent([0, ...values.filter(Number.isFinite)]);
  return [0, high > 0 ? high * 1.08 : 1];
}

/** A tick's number without trailing zeros, short also where it is small. */
export function plain(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return Number(value.toPrecision(3)).toExponential().replace('e+', 'e');
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

/** Whole numbers for an axis of epochs, at most about `most`. */
export function wholeTicks(high: number, most = 8): number[] {
  const step =
    [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 5000].find((each) => high / each <= most) ?? Math.ceil(high / most);
  const ticks = Array.from({ length: Math.floor(high / step) }, (_, i) => (i + 1) * step);
  return step > 1 ? [1, ...ticks] : ticks;
}

function extent(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
