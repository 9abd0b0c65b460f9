const rounded = new Intl.NumberFormat('en-US', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** What stands where a number is missing or not finite: a reader never meets a NaN. */
export const nothing = '–';

/** Three significant digits, in any size: `0.00123`, `4.50`, `1,230`, `1.23e-4`. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return nothing;
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e9 ? value.toExponential(2) : rounded.format(value);
}

/** A number with its unit, if there is a number. */
export function quantity(value: number | null | undefined, unit: string): string {
  const text = number(value);
  return text === nothing || unit === '' ? text : `${text} ${unit}`;
}

export const count = (value: number): string => (Number.isFinite(value) ? value.toLocaleString('en-US') : nothing);

/** `1 face`, `2 faces`. */
export const counted = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? '' : 's'}`;

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return nothing;
  if (seconds < 60) return `${number(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
