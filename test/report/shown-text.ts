import { parseHTML } from 'linkedom';

/** What a reader can meet on a page or in a figure: its text and attributes, without embedded files. */
export function shownText(markup: string): string {
  const { document } = parseHTML(markup);
  const attributes = [...document.querySelectorAll('*')].flatMap((element) =>
    [...element.attributes].map(({ value }) => (value.startsWith('data:') ? '' : value)),
  );
  for (const style of document.querySelectorAll('style')) style.remove();
  return [document.documentElement.textContent, ...attributes].join('\n');
}
