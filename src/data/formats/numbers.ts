import { InputError } from '../../errors.js';
import { quoted } from '../quoted.js';

/** No picture is wider: what lies beyond is a slip, and would lose its precision, or all meaning, as float32. */
const limit = 1e6;

/**
 * A coordinate or length in pixels, as text (`'12.5'`, `'1e2'`) or as a number.
 * @param where file and line, `labels.xml:12`
 * @param what  `x of part '03'`
 * Throws an InputError for anything else: `nan`, `0x10`, an empty text, 1e39.
 */
export function pixels(value: unknown, where: string, what: string): number {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? decimal(value) : undefined;
  if (number !== undefined && Math.abs(number) <= limit) return number + 0; // -0 becomes 0
  const came = value === undefined ? 'missing' : quoted(String(value));
  throw new InputError(
    `${where}: ${what} is ${came}, where a number of pixels up to ${limit} belongs; mend it or remove the face`,
  );
}

function decimal(text: string): number | undefined {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : undefined;
}

/** A coordinate as files hold it: rounded to so many decimals, without trailing zeros, never `-0`. */
export const rounded = (value: number, decimals: number): string => String(Number(value.toFixed(decimals)) + 0);
