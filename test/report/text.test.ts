import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { logAxis, plain, spansDecade, wholeTicks, zeroDomain } from '../../src/report/axes.js';
import { html } from '../../src/report/html.js';
import { duration, number, quantity } from '../../src/report/number.js';
import { shorten, slug, wrap } from '../../src/report/text.js';

describe('markup', () => {
  it('shows any text as it is and never as markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { document } = parseHTML(html`<html><body><p title="${text}">${text}</p></body></html>`.html);
        const p = document.querySelector('p')!;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML cannot hold is dropped
        const kept = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
        expect(p.textContent).toBe(kept);
        expect(p.getAttribute('title')).toBe(kept);
        expect(p.children.length).toBe(0);
      }),
    );
  });

  it('takes markup, lists and nothing', () => {
    const rows = [1, 2].map((i) => html`<i>${i}</i>`);
    expect(html`${rows}${undefined}${false}${0.12345}${Number.NaN}${'<'}`.html).toBe('<i>1</i><i>2</i>0.123–&#60;');
  });
});

describe('numbers', () => {
  it('have three significant digits', () => {
    const cases: [number, string][] = [
      [4.5, '4.50'],
      [0.001234, '0.00123'],
      [1234.5, '1,230'],
      [0, '0'],
      [-2.345, '-2.35'],
      [1.23e-7, '1.23e-7'],
      [2e12, '2.00e+12'],
    ];
    for (const [value, text] of cases) expect(number(value)).toBe(text);
  });

  it('are a dash where they are missing', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, null, undefined]) {
      expect(number(value)).toBe('–');
      expect(quantity(value, 'px')).toBe('–');
    }
    expect(quantity(2, 'px')).toBe('2.00 px');
    expect(duration(Number.NaN)).toBe('–');
  });

  it('give durations in the unit that suits', () => {
    expect([12.34, 600, 7500].map(duration)).toEqual(['12.3 s', '10 min', '2 h 5 min']);
  });
});

describe('axes', () => {
  it('are finite and have ticks within them, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1e9 })), (values) => {
        const [low, high] = zeroDomain(values);
        expect(low).toBe(0);
        expect(high).toBeGreaterThan(0);
        expect(Number.isFinite(high)).toBe(true);
        const axis = logAxis(values);
        expect(axis !== undefined).toBe(values.some((value) => value >= 1e-30));
        if (axis === undefined) return;
        const [from, to] = axis.domain;
        expect(from).toBeGreaterThan(0);
        expect(axis.ticks.length).toBeGreaterThan(0);
        for (const tick of axis.ticks) expect(tick >= from && tick <= to).toBe(true);
        for (const tick of axis.ticks) expect(axis.tickFormat(tick)).not.toMatch(/NaN|undefined/);
      }),
    );
  });

  it('are logarithmic from a decade on', () => {
    expect(spansDecade([1, 10])).toBe(true);
    expect(spansDecade([1, 9, Number.NaN])).toBe(false);
    expect(spansDecade([0, 10])).toBe(false);
    expect(spansDecade([])).toBe(false);
  });

  it('write ticks shortly', () => {
    expect([0, 0.003, 3e-4, 1500, 2e6, 0.30000000000000004].map(plain)).toEqual([
      '0',
      '0.003',
      '3e-4',
      '1,500',
      '2e6',
      '0.3',
    ]);
  });

  it('count epochs in round steps from 1', () => {
    expect(wholeTicks(5)).toEqual([1, 2, 3, 4, 5]);
    expect(wholeTicks(30)).toEqual([1, 5, 10, 15, 20, 25, 30]);
  });
});

describe('text in figures', () => {
  it('is broken between words and shortened where it must be', () => {
    expect(shorten('a very long caption', 70, 12)).toBe('a very lo…');
    expect(wrap('one two three', 50, 10)).toEqual(['one two', 'three']);
    expect(wrap('one two\u00a0three', 60, 10)).toEqual(['one', 'two\u00a0three']);
    expect(wrap('', 50, 10)).toEqual([]);
    expect(slug('head pose/°')).toBe('head-pose-');
  });
});
