import { createReadStream } from 'node:fs';
import { SaxesParser } from 'saxes';
import { InputError } from '../../errors.js';
import { empty, unreadable } from '../folder.js';
import { startOf } from './start-of.js';

/** What a reader of XML is told, in the file's order. `line` counts from 1. */
export interface XmlEvents {
  open(tag: string, attributes: Readonly<Record<string, string>>, line: number): void;
  close(tag: string, text: string, line: number): void;
}

/**
 * Reads an XML file piece by piece, however long it is. Throws an InputError that names file and line where it is cut off
 * or not well-formed, and what the events throw.
 */
export async function readXml(file: string, events: XmlEvents): Promise<void> {
  const parser = new SaxesParser({ position: false });
  let ended = false;
  let text = '';
  parser.on('error', (error) => {
    const remedy = ended ? 'the file is cut off, get it whole again' : 'mend it there';
    throw new InputError(`${file}:${parser.line}: is not well-formed XML (${error.message}); ${remedy}`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    text = '';
    events.open(name, attributes as Record<string, string>, parser.line);
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', ({ name }) => {
    events.close(name, text.trim(), parser.line);
    text = '';
  });
  try {
    const start = startOf(file);
    if (start === '') throw empty(file);
    for await (const piece of createReadStream(file, { encoding: encodingOf(start) })) parser.write(piece as string);
    ended = true;
    parser.close();
  } catch (error) {
    throw error instanceof Error && 'errno' in error ? unreadable(file, error) : error;
  }
}

/** By the byte order mark or the declaration; whatever is not UTF-8 is taken byte by byte. */
function encodingOf(start: string): 'utf8' | 'latin1' {
  if (start.startsWith('\u00ef\u00bb\u00bf')) return 'utf8';
  const declared = /^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']*)/.exec(start)?.[1];
  return declared === undefined || /^utf-?8$/i.test(declared) ? 'utf8' : 'latin1';
}

/**
 * Text as it stands between tags and in attributes; `undefined` where it has a character that XML 1.0 has no way to hold.
 * https://www.w3.org/TR/xml/#charsets
 */
export function escapeXml(text: string): string | undefined {
  if (!/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text)) return undefined;
  return text.replace(/[<>&"\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}
