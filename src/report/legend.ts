import { type Html, html } from './html.js';
import { shorten, textWidth } from './text.js';

/** How a series is drawn: colour and shape. */
export type Key = 'line' | 'thick' | 'dashed' | 'dot' | 'ring' | 'cross' | 'diamond' | 'tick' | 'bar';

export interface LegendEntry {
  readonly label: string;
  readonly key: Key;
  readonly colour: string;
}

const size = 12;
const lineHeight = 18;

/** Entries side by side, as many lines as they need. */
export function legend(entries: readonly LegendEntry[], width: number): { height: number; body: Html } {
  let x = 0;
  let y = 0;
  const drawn = entries.map(({ label: whole, key, colour }) => {
    const label = shorten(whole, width - 24, size);
    const room = 24 + textWidth(label, size) + 12;
    if (x > 0 && x + room > width + 12) {
      x = 0;
      y += lineHeight;
    }
    const at = { x, y: y + 8 };
    x += room;
    return html`<g transform="translate(${at.x},${at.y})">${sign(key, colour)}<text x="24" y="4">${label}</text></g>`;
  });
  return { height: entries.length === 0 ? 0 : y + lineHeight, body: html`<g font-size="${size}">${drawn}</g>` };
}

function sign(key: Key, colour: string): Html {
  switch (key) {
    case 'line':
      return html`<path d="M0,0H18" stroke="${colour}" stroke-width="1.5"/>`;
    case 'thick':
      return html`<path d="M0,0H18" stroke="${colour}" stroke-width="2.5"/>`;
    case 'dashed':
      return html`<path d="M0,0H18" stroke="${colour}" stroke-width="1.5" stroke-dasharray="5 3"/>`;
    case 'dot':
      return html`<circle cx="9" r="4" fill="${colour}"/>`;
    case 'ring':
      return html`<circle cx="9" r="3.5" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    case 'cross':
      return html`<path d="M5,-4L13,4M5,4L13,-4" stroke="${colour}" stroke-width="2"/>`;
    case 'diamond':
      return html`<path d="M9,-5L14,0L9,5L4,0Z" fill="${colour}"/>`;
    case 'tick':
      return html`<path d="M9,-6V6" stroke="${colour}" stroke-width="2.5"/>`;
    case 'bar':
      return html`<path d="M0,0H18" stroke="${colour}" stroke-width="6" stroke-opacity="0.35"/>`;
  }
}
