import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { Resvg } from '@resvg/resvg-js';
import { parseHTML } from 'linkedom';
import { writeWhole } from '../files.js';
import { type Html, html, raw } from './html.js';
import { type LegendEntry, legend } from './legend.js';
import { wrap } from './text.js';

/** Width of a figure in its own units: narrow, so that its letters stay legible on a phone. */
export const figureWidth = 420;

/** A part of a figure. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly body: Html;
}

export interface FigureOptions {
  readonly title: string;
  /** What one must know to read it, e.g. `mean of 8 faces each`. */
  readonly note?: string | undefined;
  readonly legend?: readonly LegendEntry[];
  readonly width?: number;
}

/** Renders an Observable Plot, without a browser: linkedom is its DOM. */
export function panel(options: Plot.PlotOptions): Panel {
  const { document } = parseHTML('<html><body></body></html>');
  const width = options.width ?? figureWidth;
  const svg = Plot.plot({
    ...options,
    document,
    width,
    className: 'plot',
    style: { fontSize: '12px', fontFamily: 'inherit', overflow: 'visible' },
  });
  // Plot's style sheet is for pages with live charts, and no renderer of SVG files knows its variables.
  svg.querySelector('style')?.remove();
  return { width, height: Number(svg.getAttribute('height')), body: raw(svg.outerHTML) };
}

/** A panel alone, as one SVG for a page. */
export const bareFigure = ({ width, height, body }: Panel, label: string): string =>
  html`<svg xmlns="http://www.w3.org/2000/svg" class="figure" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" fill="currentColor">${body}</svg>`
    .html;

/**
 * Panels under a title and a legend, as one SVG. It stands as a file (dark on white) and in a page, whose style sheet
 * may set `color` and hide `.ground`.
 */
export function figure(panels: readonly Panel[], options: FigureOptions): string {
  const width = options.width ?? figureWidth;
  const inner = width - 2 * margin;
  const title = wrap(options.title, inner, 16);
  const note = options.note === undefined ? [] : wrap(options.note, inner, 12);
  let y = margin;
  const lines = [
    ...title.map(
      (text) => html`<text x="${margin}" y="${advance(20) - 5}" font-size="15" font-weight="bold">${text}</text>`,
    ),
    ...note.map(
      (text) => html`<text x="${margin}" y="${advance(17) - 4}" font-size="12" opacity="0.75">${text}</text>`,
    ),
  ];
  const entries = legend(options.legend ?? [], inner);
  const key = html`<g transform="translate(${margin},${advance(entries.height + 8) + 2 - entries.height - 4})">${entries.body}</g>`;
  const drawn = panels.map(
    ({ height, body }) => html`<g transform="translate(0,${advance(height) - height})">${body}</g>`,
  );
  const height = y + margin / 2;
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="figure" role="img" aria-label="${options.title}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${fonts}" fill="currentColor" color="#1c2126"><rect class="ground" width="${width}" height="${height}" fill="#fff"/>${lines}${key}${drawn}</svg>`
    .html;

  /** Takes this much of the height; gives where it ends. */
  function advance(by: number): number {
    y += by;
    return y;
  }
}

const margin = 10;
const fonts = "'DejaVu Sans', Verdana, sans-serif";

// The package's own fonts, and none of the system's: the same figure on every machine.
const fontFolder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf', 'DejaVuSansMono.ttf'].map((file) => join(fontFolder, file));

/** @param scale PNG pixels per unit of the SVG */
export function toPng(svg: string, scale = 2): Uint8Array {
  const font = {
    loadSystemFonts: false,
    fontFiles,
    defaultFontFamily: 'DejaVu Sans',
    sansSerifFamily: 'DejaVu Sans',
    monospaceFamily: 'DejaVu Sans Mono',
  };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: scale } }).render().asPng();
}

/** Writes `NAME.svg` and `NAME.png`. Throws an InputError that names the file that could not be written. */
export function saveFigure(folder: string, name: string, svg: string): void {
  writeWhole(join(folder, `${name}.svg`), svg);
  writeWhole(join(folder, `${name}.png`), toPng(svg));
}
