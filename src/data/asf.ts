import { InputError } from '../errors.js';
import { quoted } from './quoted.js';

/** An AAM shape file. Stegmann, "The AAM-API", 2003, appendix on file formats. */
export interface Asf {
  /** (x, y) pairs as shares of the picture's width and height, shape [2·n]. */
  readonly points: Float64Array;
  /** The file name of the picture, beside the annotation. */
  readonly host: string;
  /** The line that names it, from 1. */
  readonly hostLine: number;
}

/** Far outside the picture a coordinate is a slip, such as a lost decimal point. */
const furthest = { low: -1, high: 2 };

/**
 * Reads an .asf file of `count` points: comments (#) and empty lines anywhere; the number of points; a row a point, of
 * path, type, x, y, number from 0, two neighbours and, in some files, three more columns; the name of the picture.
 * Throws an InputError that names file, line and value.
 */
export function parseAsf(text: string, file: string, count: number): Asf {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line, i) => ({ content: line.trim(), number: i + 1 }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'));
  const fail = (line: number, what: string): never => {
    throw new InputError(`${file}:${line}: ${what}`);
  };
  const line = (index: number, expected: string) =>
    lines[index] ?? fail(text.split(/\r\n|\r|\n/).length, `ends where ${expected} was expected; copy the file again`);

  const head = line(0, 'the number of points');
  if (!/^\d+$/.test(head.content)) fail(head.number, `expected the number of points, found ${quoted(head.content)}`);
  if (Number(head.content) !== count) fail(head.number, `has ${head.content} points where ${count} were expected`);

  const points = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const row = line(i + 1, `point ${i}`);
    const columns = row.content.split(/\s+/);
    if (columns.length !== 7 && columns.length !== 10) {
      fail(row.number, `expected point ${i} in 7 or 10 columns, found ${quoted(row.content)}`);
    }
    if (!/^\d+$/.test(columns[4]!) || Number(columns[4]) !== i) {
      fail(row.number, `expected point number ${i}, found ${quoted(columns[4]!)}`);
    }
    for (const axis of [0, 1] as const) {
      const value = columns[2 + axis]!;
      const name = 'xy'[axis];
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
        fail(row.number, `expected a number for ${name} of point ${i}, found ${quoted(value)}`);
      }
      if (!(Number(value) >= furthest.low && Number(value) <= furthest.high)) {
        fail(row.number, `${name} of point ${i} is ${quoted(value)}, far outside the picture, which is from 0 to 1`);
      }
      points[2 * i + axis] = Number(value);
    }
  }

  const { content: host, number: hostLine } = line(count + 1, 'the name of the picture');
  if (/[\\/]/.test(host)) fail(hostLine, `expected a file name without a folder, found ${quoted(host)}`);
  const extra = lines[count + 2];
  if (extra) fail(extra.number, `expected nothing after the name of the picture, found ${quoted(extra.content)}`);
  return { points, host, hostLine };
}
