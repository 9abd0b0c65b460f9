import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { InputError, reason } from '../errors.js';
import { type Content, type Html, html, raw } from './html.js';

/** One self-contained page: no scripts, no files beside it, legible on a phone, light and dark. */
export const page = (title: string, body: Content): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.html;

/** A section with a heading; nothing where there is nothing to show. */
export function section(heading: string, ...contents: Content[]): Html | undefined {
  if (contents.every((content) => content === undefined || content === false)) return undefined;
  return html`<section><h2>${heading}</h2>
${contents}</section>
`;
}

/** A drawn figure. */
export const drawn = (svg: string | undefined): Html | undefined =>
  svg === undefined ? undefined : html`<figure>${raw(svg)}</figure>`;

/** A picture file, embedded; on narrow screens a wide one is scrolled instead of shrunk. Throws an InputError where it cannot be read. */
export function embedded(file: string, description: string, wide = false): Html {
  const kind = extname(file) === '.svg' ? 'svg+xml' : extname(file).slice(1);
  try {
    const data = readFileSync(file).toString('base64');
    return html`<figure class="${wide ? 'zoom' : ''}"><img alt="${description}" src="data:image/${kind};base64,${data}"></figure>`;
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${reason(error)}`);
  }
}

/** A table; the columns after the first are numbers, set to the right. */
export const table = (head: readonly Content[], rows: readonly (readonly Content[])[]): Html =>
  html`<div class="wide"><table><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>
`;

/** Names and what they stand for. */
export const properties = (rows: readonly (readonly [name: string, value: Content])[]): Html =>
  html`<dl class="properties">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
`;

/** The figures that matter, large. */
export const headline = (cards: readonly { name: string; value: string; about: string }[]): Html =>
  html`<dl class="cards">${cards.map(({ name, value, about }) => html`<div><dt>${name}</dt><dd><strong>${value}</strong> <span>${about}</span></dd></div>\n`)}</dl>
`;

const style = `
:root { --ink: #1c2126; --soft: #5b6470; --ground: #fff; --raised: #f3f5f7; --line: #d8dde3; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e7ea; --soft: #9aa4af; --ground: #14171a; --raised: #1f242a; --line: #353c44; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h4 { margin: 1rem 0 0.25rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
p { max-width: 44rem; margin: 0.5rem 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
code, pre { font: 0.85rem/1.4 ui-monospace, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
pre { overflow-x: auto; background: var(--raised); padding: 0.75rem; border-radius: 6px; overflow-wrap: normal; }
.layers { font-size: min(0.85rem, 2.1vw); }
figure { margin: 0.75rem 0; }
svg.figure { color: var(--ink); font-family: system-ui, sans-serif; width: 100%; max-width: 34rem; height: auto; display: block; }
svg.figure .ground { fill: none; }
figure img { max-width: 100%; height: auto; border-radius: 4px; background: #fff; }
figure.zoom { overflow-x: auto; }
figure.zoom img { width: 40rem; max-width: none; }
@media (min-width: 42rem) { figure.zoom img { width: auto; max-width: 100%; } }
.cells { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr)); gap: 0.75rem; margin: 0.75rem 0; }
@media (min-width: 50rem) { .cells { grid-template-columns: repeat(4, 1fr); } }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.5rem; align-items: start; }
figcaption { font-size: 0.9rem; color: var(--soft); overflow-wrap: anywhere; }
.beside { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(9rem, 15rem); gap: 0.75rem; overflow-x: auto; align-items: end; }
.beside figure { margin: 0; }
.wide { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.95rem; }
th, td { padding: 0.3rem 0.4rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; padding-left: 0; white-space: normal; min-width: 6.5rem; }
th:last-child, td:last-child { padding-right: 0; }
tbody th { font-weight: normal; }
@media (max-width: 30rem) { table { font-size: 0.82rem; } }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; white-space: normal; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
.cards div { background: var(--raised); border-radius: 8px; padding: 0.7rem 0.9rem; }
.cards dt, .cards span { color: var(--soft); font-size: 0.85rem; }
.cards dd { margin: 0; overflow-wrap: anywhere; }
.cards strong { display: block; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.properties { columns: 2 20rem; column-gap: 2rem; margin: 0.75rem 0; font-size: 0.95rem; }
.properties div { display: flex; gap: 1rem; justify-content: space-between; break-inside: avoid; padding: 0.2rem 0; border-bottom: 1px solid var(--line); }
.properties dt { color: var(--soft); }
.properties dd { margin: 0; text-align: right; overflow-wrap: anywhere; min-width: 0; }
.caption { font-size: 0.9rem; color: var(--soft); margin: 0.25rem 0 1.5rem; }
.album { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 0.75rem; }
.album figure { margin: 0; }
summary { cursor: pointer; color: var(--soft); margin: 0.5rem 0; }
`;
