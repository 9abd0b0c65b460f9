import { describe, expect, it } from 'vitest';
import { ibug68 } from '../../src/data/markups/ibug68.js';
import { imm58 } from '../../src/data/markups/imm58.js';
import { markupNamed, markups } from '../../src/data/markups/index.js';
import { mirrorOf } from '../../src/data/markups/mirror.js';
import { InputError } from '../../src/errors.js';

const swapped = (name: string) => name.replace(/^(left|right)-/, (_, side) => (side === 'left' ? 'right-' : 'left-'));
const down = (first: number, last: number) => Array.from({ length: first - last + 1 }, (_, i) => first - i);
const up = (first: number, last: number) => down(last, first).reverse();

describe.each(markups.map((markup) => [markup.name, markup] as const))('%s', (name, markup) => {
  const inRange = (indices: readonly number[]) => {
    expect(indices.length).toBeGreaterThan(0);
    expect(new Set(indices).size).toBe(indices.length);
    for (const index of indices) expect(markup.points[index]).toBeDefined();
  };

  it('is found by its name', () => expect(markupNamed(name)).toBe(markup));

  it('has as many points as its name says, each named once', () => {
    expect(markup.points.length).toBe(Number(/\d+$/.exec(name)![0]));
    inRange(markup.points.map((point) => markup.points.indexOf(point)));
  });

  it('has a mirror that is its own inverse and swaps left and right', () => {
    markup.mirror.forEach((partner, i) => {
      expect(markup.mirror[partner]).toBe(i);
      expect(markup.points[partner]).toBe(swapped(markup.points[i]!));
    });
  });

  it('has contours in range, which the mirror takes to contours', () => {
    const edges = (mirror: (i: number) => number) =>
      new Set(
        markup.contours.flatMap(({ points, closed }) =>
          points
            .slice(closed ? 0 : 1)
            .map((to, i) => [points.at(closed ? i - 1 : i)!, to].map(mirror))
            .map(([from, to]) => `${Math.min(from!, to!)}-${Math.max(from!, to!)}`),
        ),
      );
    for (const { points } of markup.contours) inRange(points);
    expect(edges((i) => markup.mirror[i]!)).toEqual(edges((i) => i));
  });

  it('normalises between points that mirror each other', () => {
    for (const { from, to } of markup.normalisers) {
      inRange(from);
      expect(new Set(from.map((i) => markup.mirror[i]))).toEqual(new Set(to));
    }
  });
});

it.each([imm58, ibug68])('$name normalises between the outer eye corners first', ({ points, normalisers }) => {
  expect(normalisers.map(({ name }) => name)).toEqual([
    'inter-ocular (outer eye corners)',
    'inter-pupil (eye centres)',
  ]);
  const { from, to } = normalisers[0]!;
  expect([from, to].map(([i]) => points[i!])).toEqual(['right-eye-outer-corner', 'left-eye-outer-corner']);
});

describe('markups', () => {
  it('mirror as the mean shapes of their data sets do', () => {
    expect(imm58.mirror).toEqual(
      [down(12, 0), up(21, 28), up(13, 20), up(34, 38), up(29, 33), down(43, 39), down(46, 44), down(57, 47)].flat(),
    );
    expect(ibug68.mirror).toEqual(
      [
        ...[down(16, 0), down(26, 17), up(27, 30), down(35, 31), down(45, 42), [47, 46], down(39, 36), [41, 40]],
        ...[down(54, 48), down(59, 55), down(64, 60), down(67, 65)],
      ].flat(),
    );
  });

  it('call point 52 of IMM what it is', () => expect(imm58.points[52]).toBe('nose-septum-base'));

  it('propose a name for an unknown one', () => {
    expect(() => markupNamed('imm5')).toThrow(new InputError("unknown markup 'imm5': did you mean 'imm58'?"));
    expect(() => markupNamed('a-b-c-d')).toThrow('known: imm58, ibug68');
  });

  it('refuse a point without its partner', () => expect(() => mirrorOf(['nose', 'left-eye'])).toThrow('right-eye'));
});
