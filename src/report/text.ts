// DejaVu Sans, which draws the PNGs, is wider than what browsers use for the same text: what fits it fits them.
const emsACharacter = 0.58;

export const textWidth = (text: string, size: number): number => text.length * size * emsACharacter;

/** The text, or its beginning and an ellipsis, no wider than `width`. */
export function shorten(text: string, width: number, size: number): string {
  const room = Math.max(1, Math.floor(width / (size * emsACharacter)));
  return text.length <= room ? text : `${text.slice(0, room - 1).trimEnd()}…`;
}

/** Lines no wider than `width`, broken between words, but not at a no-break space; a longer word is shortened. */
export function wrap(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[^\S\u00a0]+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== '') lines.push(line);
  return lines.map((each) => shorten(each, width, size));
}

/** A part of a file's name: letters, digits and dashes. */
export const slug = (text: string): string => text.replace(/[^\p{L}\p{N}_]+/gu, '-');
