import { stringify } from 'csv-stringify/sync';
import { count, nothing, number } from './number.js';
import { settingText } from './read-sweep.js';
import type { Spread, SweepRow } from './sweep-rows.js';

/** The table's head and cells as text, for Markdown and HTML. @param names of the keys, for the head */
export function sweepCells(
  keys: readonly string[],
  rows: readonly SweepRow[],
  names = keys,
): { head: string[]; cells: string[][] } {
  return {
    head: [
      ...names,
      'seeds',
      'best validation loss',
      'last',
      'error, best (px)',
      'seeds from–to',
      'error, last (px)',
      'seconds',
    ],
    cells: rows.map((row) => [
      ...keys.map((key) => settingText(row.settings[key])),
      row.ended === row.runs.length ? count(row.ended) : `${row.ended} of ${row.runs.length}`,
      number(row.bestLoss.median),
      number(row.lastLoss.median),
      number(row.bestPixels.median),
      range(row.bestPixels, row.runs.length),
      number(row.lastPixels.median),
      number(row.seconds.median),
    ]),
  };
}

/** `4.30–4.90`; nothing for a single seed. */
export function range({ low, high }: Spread, seeds: number): string {
  if (seeds < 2 || Number.isNaN(low)) return nothing;
  return `${number(low)}–${Number.isFinite(high) ? number(high) : 'diverged'}`;
}

/** `table.md`, in GitHub's form. */
export function sweepMarkdown(keys: readonly string[], rows: readonly SweepRow[]): string {
  const { head, cells } = sweepCells(keys, rows);
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const rule = head.map((_, i) => (i < keys.length ? '---' : '---:'));
  return `${[line(head), line(rule), ...cells.map(line)].join('\n')}\n`;
}

/** `table.csv`, with all digits; empty where there is no number. */
export function sweepCsv(keys: readonly string[], rows: readonly SweepRow[]): string {
  const plain = (value: number) => (Number.isFinite(value) ? value : '');
  const spread = ({ median, low, high }: Spread) => [median, low, high].map(plain);
  const named = (name: string) => [`${name}_median`, `${name}_low`, `${name}_high`];
  const head = [
    ...keys,
    'seeds',
    'ended',
    ...['best_loss', 'last_loss', 'best_pixels', 'last_pixels', 'seconds'].flatMap(named),
  ];
  const records = rows.map((row) => [
    ...keys.map((key) => settingText(row.settings[key])),
    row.runs.length,
    row.ended,
    ...[row.bestLoss, row.lastLoss, row.bestPixels, row.lastPixels, row.seconds].flatMap(spread),
  ]);
  return stringify([head, ...records]);
}
