import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { parseVaried, planSweep } from '../../src/train/sweep.js';

describe('parseVaried', () => {
  it('takes lists and ranges', () => {
    expect(parseVaried('train.learningRate=1e-2, 3e-3')).toEqual({
      key: 'train.learningRate',
      values: ['1e-2', '3e-3'],
    });
    expect(parseVaried('train.optimiser=adam')).toEqual({ key: 'train.optimiser', values: ['adam'] });
    expect(parseVaried('train.learningRate=1e-4..1e-2').range).toEqual({ low: 1e-4, high: 1e-2, log: true });
    expect(parseVaried('model.dropout=0.1..0.6').range).toEqual({ low: 0.1, high: 0.6, log: false });
    expect(parseVaried('x=-1..10').range).toEqual({ low: -1, high: 10, log: false });
  });

  it.each(['train.epochs', '=3', 'train.epochs=', 'x=3..1', 'x=2..2', 'x=1e..2', 'x=1,,2', 'x=1,', 'x=1,2,1'])(
    'refuses %s',
    (text) => {
      expect(() => parseVaried(text)).toThrow(UsageError);
      expect(() => parseVaried(text)).toThrow(`--over ${text}: `);
    },
  );
});

describe('planSweep', () => {
  const rates = { key: 'rate', values: ['1', '2', '3'] };
  const channels = { key: 'channels', values: ['8', '16'] };
  const range = { key: 'rate', values: [], range: { low: 1e-4, high: 1e-1, log: true } };

  it('makes every combination with every seed, the first setting slowest', () => {
    const runs = planSweep([rates, channels], [5, 6], undefined);
    expect(runs.length).toBe(12);
    expect(runs[0]).toEqual({ folder: 'run-01', settings: { rate: '1', channels: '8' }, seed: 5 });
    expect(runs[1]).toEqual({ folder: 'run-02', settings: { rate: '1', channels: '8' }, seed: 6 });
    expect(runs[11]).toEqual({ folder: 'run-12', settings: { rate: '3', channels: '16' }, seed: 6 });
    expect(new Set(runs.map((run) => JSON.stringify([run.settings, run.seed]))).size).toBe(12);
    expect(new Set(runs.map(({ folder }) => folder)).size).toBe(12);
  });

  it('draws at random, alike each time, within the bounds and over the whole range', () => {
    const draw = (count: number) => planSweep([range, channels], [0], count);
    const runs = draw(200);
    expect(draw(200)).toEqual(runs);
    // More draws begin with the same ones.
    expect(draw(50).map(({ settings }) => settings)).toEqual(runs.slice(0, 50).map(({ settings }) => settings));
    const drawn = runs.map(({ settings }) => Math.log10(Number(settings.rate)));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-4);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(-1);
    for (const decade of [-4, -3, -2]) {
      const share = drawn.filter((value) => Math.floor(value) === decade).length / 200;
      expect(share).toBeGreaterThan(0.2);
      expect(share).toBeLessThan(0.47);
    }
    expect(new Set(runs.map(({ settings }) => settings.channels))).toEqual(new Set(['8', '16']));
  });

  it('refuses a range without a number of draws', () => {
    expect(() => planSweep([range], [0], undefined)).toThrow(/--over rate: .*--random COUNT/);
  });

  it('refuses what would be told twice: a setting given twice, and the seed', () => {
    expect(() => planSweep([rates, rates], [0], undefined)).toThrow(/--over rate: is given twice/);
    const seeds = { key: 'train.seed', values: ['1', '2'] };
    expect(() => planSweep([seeds], [0], undefined)).toThrow(/--over train\.seed: .*--seeds/);
  });
});
