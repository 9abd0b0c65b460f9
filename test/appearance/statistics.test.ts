import { describe, expect, it } from 'vitest';
import { principalComponents } from '../../src/appearance/components.js';
import { populationOf } from '../../src/appearance/population.js';
import { drawFrom } from '../../src/appearance/scatter.js';
import { randomFor } from '../../src/random.js';

describe('principalComponents', () => {
  const random = randomFor(1, 'rows');
  const rows = Array.from({ length: 6 }, () => Float32Array.from({ length: 40 }, () => random.normal()));

  it('gives each row back from all modes', () => {
    const { mean, modes, scores, share } = principalComponents(rows, 10);
    // Six rows differ along five axes.
    expect(modes.length).toBe(5);
    expect(share).toBeCloseTo(1, 9);
    for (const [r, row] of rows.entries()) {
      const again = mean.map((value, i) => value + modes.reduce((sum, mode, k) => sum + scores[r]![k]! * mode[i]!, 0));
      for (let i = 0; i < row.length; i++) expect(again[i]).toBeCloseTo(row[i]!, 4);
    }
  });

  it('has modes at right angles, the widest first, and scores of standard deviation 1', () => {
    const { modes, scores } = principalComponents(rows, 10);
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    for (let k = 1; k < modes.length; k++) {
      expect(dot(modes[k]!, modes[k - 1]!)).toBeCloseTo(0, 4);
      expect(dot(modes[k]!, modes[k]!)).toBeLessThan(dot(modes[k - 1]!, modes[k - 1]!));
    }
    for (let k = 0; k < modes.length; k++) {
      expect(scores.reduce((sum, row) => sum + row[k]! ** 2, 0) / rows.length).toBeCloseTo(1, 9);
    }
  });

  it('keeps only as many as are asked for, and the share that they hold', () => {
    const { modes, share } = principalComponents(rows, 2);
    expect(modes.length).toBe(2);
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(1);
  });
});

describe('populationOf', () => {
  const random = randomFor(2, 'people');
  const faces = Array.from({ length: 300 }, (_, p) => {
    const own = 3 * random.normal();
    return ['a', 'b'].map((view) => ({
      person: String(p),
      view,
      // Two numbers: what the person and the moment make of it, and something of tiny spread.
      parameters: Float64Array.from([(view === 'a' ? 10 : -10) + own + random.normal(), 0.001 * random.normal()]),
    }));
  }).flat();
  const { views, persons, pictures } = populationOf(faces, 5);
  const spread = (axes: readonly Float32Array[], i: number) =>
    Math.sqrt(axes.reduce((sum, axis) => sum + axis[i]! ** 2, 0));

  it('tells views, people and moments apart', () => {
    expect(views.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(views[0]!.mean[0]).toBeGreaterThan(9);
    expect(views[1]!.mean[0]).toBeLessThan(-9);
    // The mean of a person's two pictures still holds half the variance of a moment.
    expect(spread(persons, 0)).toBeCloseTo(Math.sqrt(9.5), 0);
    expect(spread(pictures, 0)).toBeCloseTo(Math.sqrt(0.5), 1);
    expect(spread(persons, 1)).toBeLessThan(0.0015);
    expect(spread(persons, 1)).toBeGreaterThan(0.0004);
  });

  it('draws as wide as it was told, and never far beyond', () => {
    const axis = Float32Array.from([2, 0]);
    const drawn = Array.from({ length: 2000 }, (_, i) => drawFrom([axis], 2, randomFor(3, i))[0]!);
    const deviation = Math.sqrt(drawn.reduce((sum, value) => sum + value ** 2, 0) / drawn.length);
    expect(deviation).toBeGreaterThan(1.8);
    expect(deviation).toBeLessThan(2.1);
    expect(Math.max(...drawn.map(Math.abs))).toBeLessThanOrEqual(5);
  });

  it('has nothing of moments where each person has one picture', () => {
    expect(
      populationOf(
        faces.filter(({ view }) => view === 'a'),
        5,
      ).pictures,
    ).toEqual([]);
  });
});
