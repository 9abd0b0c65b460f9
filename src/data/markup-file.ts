import { LineCounter, parseDocument } from 'yaml';
import { InputError, reason } from '../errors.js';
import { nearest } from '../nearest.js';
import { lineOf } from '../yaml-line.js';
import { readAnnotation } from './folder.js';
import type { Markup } from './markup.js';
import { markupSchema } from './markup-schema.js';
import { markupNamed } from './markups/index.js';
import { schemaIssue } from './schema-issue.js';

/**
 * Reads a markup of one's own from a YAML or JSON file:
 *
 *     name: dog3
 *     points: [left ear, right ear, nose]
 *     mirror: [[left ear, right ear]]        # where absent, by `left` and `right` in the names
 *     contours: [{ name: head, points: [left ear, nose, right ear], closed: true }]
 *     normalisers: [{ name: inter-aural, from: [left ear], to: [right ear] }]
 *
 * Points are referred to by name or, from 0, by index. Throws an InputError that names file, line and key.
 */
export async function readMarkup(file: string): Promise<Markup> {
  const lines = new LineCounter();
  const document = parseDocument(await readAnnotation(file), { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new InputError(`${file}:${lines.linePos(broken.pos[0]).line}: ${reason(broken)}`);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    throw new InputError(`${file}: ${reason(error)}`);
  }
  const result = markupSchema.safeParse(value);
  if (result.success) return result.data;

  const { path, key, message } = schemaIssue(result.error, value);
  if (path.length === 0) throw new InputError(`${file}:1: a markup is a map with \`name:\` and \`points:\``);
  const hint = message === 'is no known key' ? nearest(String(path.at(-1)), knownKeys) : '';
  throw new InputError(`${file}:${lineOf(document, lines, path)}: '${key}' ${message}${hint}`);
}

/** Whether this is a file of a markup, which its ending or a slash tells, and not a name. */
export const isMarkupFile = (nameOrFile: string): boolean => /[/\\]|\.(ya?ml|json)$/i.test(nameOrFile);

/** A markup by its name (see `markupNamed`) or from a file of one's own. */
export const findMarkup = async (nameOrFile: string): Promise<Markup> =>
  isMarkupFile(nameOrFile) ? readMarkup(nameOrFile) : markupNamed(nameOrFile);

const knownKeys = ['name', 'points', 'mirror', 'contours', 'normalisers', 'closed', 'from', 'to'];
