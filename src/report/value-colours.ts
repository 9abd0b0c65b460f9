import type { Panel } from './figure.js';
import { html } from './html.js';
import { number } from './number.js';
import type { Colour } from './raster.js';

// Okabe and Ito's blue and orange, darkened so that the strongest values stand out.
const below: Colour = [0, 84, 156];
const above: Colour = [196, 78, 0];

/** Blue below 0, white at 0, orange above; full at ± `most`. */
export function signedColour(value: number, most: number): Colour {
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
  return (value < 0 ? below : above).map((end) => Math.round(255 + share * (end - 255))) as unknown as Colour;
}

/** Black at 0, white at `most`. */
export function greyColour(value: number, most: number): Colour {
  const grey = most > 0 ? Math.round(255 * Math.min(1, Math.max(0, value / most))) : 0;
  return [grey, grey, grey];
}

/** What the signed colours stand for. */
export function signedScale(most: number): Panel {
  const css = (colour: Colour) => `rgb(${colour.join(',')})`;
  const label = (x: number, anchor: string, text: string) =>
    html`<text x="${x}" y="28" font-size="12" text-anchor="${anchor}">${text}</text>`;
  const body = html`<defs><linearGradient id="signed"><stop offset="0" stop-color="${css(below)}"/><stop offset="0.5" stop-color="#fff"/><stop offset="1" stop-color="${css(above)}"/></linearGradient></defs><rect x="10" width="200" height="13" fill="url(#signed)" stroke="#999"/>${label(10, 'start', `−${number(most)}`)}${label(110, 'middle', '0')}${label(210, 'end', number(most))}`;
  return { width: 220, height: 40, body };
}

/** The largest distance from 0. */
export const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
