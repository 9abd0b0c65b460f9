/** Markup (HTML or SVG) in which everything that came from outside is escaped. */
export interface Html {
  readonly html: string;
}

/** Text and numbers are escaped, markup is taken as it is, `undefined` and `false` leave nothing. */
export type Content = string | number | Html | undefined | false | readonly Content[];

/**
 * A template whose interpolations are escaped, for HTML and for SVG. Numbers are coordinates here: at most three decimals;
 * what a reader shall read goes through `number.ts`.
 */
export const html = (strings: TemplateStringsArray, ...values: Content[]): Html => ({
  html: strings.map((text, i) => (i === 0 ? text : render(values[i - 1]) + text)).join(''),
});

/** Markup that a library made. */
export const raw = (text: string): Html => ({ html: text });

export function escapeText(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write these, so they are dropped
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '')
      .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  );
}

function render(value: Content): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(Number(value.toFixed(3))) : '–';
  if ('html' in value) return value.html;
  return value.map(render).join('');
}
