/** Three significant digits: 31.42 → `31.4`, 0.002712 → `0.00271`. */
export const short = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

export const percent = (share: number): string => `${short(100 * share)} %`;

/** A result on stdout: one JSON object with `--json`, else text. */
export function print(json: boolean | undefined, value: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : text()}\n`);
}

/** Rows of words as aligned columns, the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}

/** A line on stderr: worth knowing, but no result. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
