import type { Panel } from './figure.js';
import { html } from './html.js';

const gap = 10;

/** Cells in rows, each column as wide as its widest cell and each row as high as its highest. */
export function grid(cells: readonly Panel[], columns: number): Panel {
  const wide = Math.min(columns, Math.max(1, cells.length));
  const rows = Math.ceil(cells.length / wide);
  const largest = (of: readonly number[]) => Math.max(0, ...of);
  const widths = Array.from({ length: wide }, (_, x) =>
    largest(cells.filter((_, i) => i % wide === x).map((c) => c.width)),
  );
  const heights = Array.from({ length: rows }, (_, y) =>
    largest(cells.slice(y * wide, (y + 1) * wide).map((c) => c.height)),
  );
  const start = (sizes: readonly number[], at: number) =>
    sizes.slice(0, at).reduce((sum, size) => sum + size + gap, gap);
  const placed = cells.map(
    ({ body }, i) =>
      html`<g transform="translate(${start(widths, i % wide)},${start(heights, Math.floor(i / wide)) - gap})">${body}</g>`,
  );
  return { width: start(widths, wide), height: start(heights, rows) - gap, body: html`${placed}` };
}
