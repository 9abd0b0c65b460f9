import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAsf } from '../../src/data/asf.js';
import { InputError } from '../../src/errors.js';
import { asfText } from '../made-imm.js';

const shares = Array.from({ length: 58 }, (_, i) => [(i + 1) / 60, (60 - i) / 64] as const);
const text = asfText(shares, '01-1m.jpg');

/** The line, from 1, of the first match. */
const lineOf = (pattern: RegExp, within = text) => within.split('\n').findIndex((line) => pattern.test(line)) + 1;

describe('parseAsf', () => {
  it.each([7, 10] as const)('reads rows of %i columns', (columns) => {
    const { points, host, hostLine } = parseAsf(asfText(shares, '01-1m.jpg', columns), 'a.asf', 58);
    expect(points.length).toBe(116);
    shares.flat().forEach((share, i) => {
      expect(points[i]).toBeCloseTo(share, 8);
    });
    expect(host).toBe('01-1m.jpg');
    expect(hostLine).toBe(lineOf(/^01-1m/));
  });

  it('reads other line ends, and comments and empty lines anywhere', () => {
    const plain = parseAsf(text, 'a.asf', 58);
    for (const end of ['\r\n', '\r', '\n# comment\n\n']) {
      const { points, host } = parseAsf(text.replaceAll('\n', end), 'a.asf', 58);
      expect({ points, host }).toEqual({ points: plain.points, host: plain.host });
    }
  });

  const row = (number: number) => new RegExp(`^\\d\\s+\\d\\s+\\S+\\s+\\S+\\s+${number}\\s`);
  const dropped = text.split('\n').filter((line) => !row(7).test(line));
  const changed = (number: number, from: RegExp, to: string) =>
    text
      .split('\n')
      .map((line) => (row(number).test(line) ? line.replace(from, to) : line))
      .join('\n');

  it.each<[string, string, number, RegExp]>([
    ['57 points', text.replace(/^58$/m, '57'), lineOf(/^58$/), /has 57 points where 58 were expected/],
    ['no count', text.replace(/^58$/m, 'many'), lineOf(/^58$/), /expected the number of points, found 'many'/],
    ['a dropped row', dropped.join('\n'), lineOf(row(7)), /expected point number 7, found '8'/],
    [
      'the last row missing',
      changed(57, /.*/, ''),
      lineOf(/^01-1m/),
      /expected point 57 in 7 or 10 columns, found '01-1m/,
    ],
    ['a doubled row', changed(3, /.*/, '$&\n$&'), lineOf(row(3)) + 1, /expected point number 4, found '3'/],
    ['no number', changed(5, /0\.1\d+/, '0,1'), lineOf(row(5)), /expected a number for x of point 5, found '0,1'/],
    ['NaN', changed(5, /0\.1\d+/, 'NaN'), lineOf(row(5)), /found 'NaN'/],
    ['hexadecimal', changed(5, /0\.1\d+/, '0x1'), lineOf(row(5)), /found '0x1'/],
    ['overflow', changed(5, /0\.1\d+/, '1e999'), lineOf(row(5)), /x of point 5 is '1e999', far outside/],
    ['a lost point', changed(5, /0\.1/, '01'), lineOf(row(5)), /far outside the picture/],
    ['8 columns', changed(5, /$/, '\t0'), lineOf(row(5)), /7 or 10 columns/],
    ['a picture elsewhere', text.replace('01-1m.jpg', '..\\01-1m.jpg'), lineOf(/^01-1m/), /without a folder/],
    ['more after the picture', `${text}more\n`, lineOf(/^01-1m/) + 1, /expected nothing after .* found 'more'/],
    [
      'no picture',
      text.replace('01-1m.jpg\n', ''),
      lineOf(/^01-1m/),
      /ends where the name of the picture was expected/,
    ],
  ])('refuses %s', (_, broken, line, words) => {
    const parse = () => parseAsf(broken, 'faces/a.asf', 58);
    expect(parse).toThrow(InputError);
    expect(parse).toThrow(new RegExp(`^faces/a\\.asf:${line}: `));
    expect(parse).toThrow(words);
  });

  it('reads 58 finite points or throws one line with file and line, whatever became of the file', () => {
    const bytes = Buffer.from(text);
    const lines = text.split('\n');
    const at = fc.nat({ max: bytes.length - 1 });
    const mutated = fc.oneof(
      fc.array(fc.tuple(at, fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 }).map((changes) => {
        const copy = Buffer.from(bytes);
        for (const [i, value] of changes) copy[i] = value;
        return copy.toString();
      }),
      at.map((length) => bytes.subarray(0, length).toString()),
      fc
        .tuple(at, fc.string({ maxLength: 5, unit: 'binary' }))
        .map(([i, more]) => text.slice(0, i) + more + text.slice(i)),
      fc.subarray(lines).map((some) => some.join('\n')),
      fc.nat({ max: lines.length - 1 }).map((i) => lines.toSpliced(i, 0, lines[i]!).join('\n')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(mutated, (broken) => {
        try {
          const { points, host } = parseAsf(broken, 'a.asf', 58);
          expect(points.length).toBe(116);
          expect(points.every(Number.isFinite)).toBe(true);
          expect(host).not.toBe('');
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.message).toMatch(/^a\.asf:\d+: [^\n\r\u2028\u2029]+$/u);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
