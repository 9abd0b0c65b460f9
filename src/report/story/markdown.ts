import { parseHTML } from 'linkedom';

/** What is needed of a table's element; the DOM's own types are for browsers. */
interface Table {
  querySelectorAll(
    selector: string,
  ): Iterable<{ readonly children: Iterable<{ readonly textContent: string | null }> }>;
}

/** The text of a page as Markdown: headings, paragraphs, tables and listings; figures leave their captions. */
export function storyMarkdown(page: string): string {
  const { document } = parseHTML(page);
  const blocks: string[] = [];
  for (const element of document.querySelectorAll('h1, h2, h3, h4, p, table, pre')) {
    const text = line(element.textContent);
    if (element.closest('.cells, .beside, svg')) continue;
    if (element.tagName === 'TABLE') blocks.push(tableOf(element));
    else if (element.tagName === 'PRE') blocks.push(`\`\`\`text\n${element.textContent!.trim()}\n\`\`\``);
    else if (text !== '') blocks.push(`${heading(element.tagName)}${text}`);
  }
  return `${blocks.join('\n\n')}\n`;
}

const heading = (tag: string): string => (tag.startsWith('H') ? `${'#'.repeat(Number(tag[1]))} ` : '');

/** As one line, in which nothing is taken for markup. */
const line = (text: string | null): string =>
  (text ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_<>|[\]]/g, '\\$&');

function tableOf(element: Table): string {
  const rows = [...element.querySelectorAll('tr')].map((row) =>
    [...row.children].map((cell) => line(cell.textContent)),
  );
  const [head = [], ...rest] = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return [head, `| ${rows[0]!.map((_, i) => (i === 0 ? '---' : '---:')).join(' | ')} |`, ...rest].join('\n');
}
