import { describe, expect, it } from 'vitest';
import { readRecipe } from '../../src/train/read-recipe.js';
import { stagesOf, stepsByCost } from '../../src/train/stages.js';

const staged = readRecipe('nose', [
  'train.epochs=6',
  'train.stages=[{ epochs: 2, height: 20, width: 30 }, { epochs: 3, height: 40, width: 30 }]',
]);

describe('stages', () => {
  it('are one after the other, the last at the size of the input', () => {
    const sizes = stagesOf(staged).map(({ input, from, until }) => [input.height, input.width, from, until]);
    expect(sizes).toEqual([
      [20, 30, 0, 2],
      [40, 30, 2, 5],
      [80, 60, 5, 6],
    ]);
  });

  it('count steps by the pixels they take, and all of them as many as there are', () => {
    const byCost = stepsByCost(staged, 10);
    // 2 · 600, 3 · 1200 and 1 · 4800 pixels: 9600 in 60 steps, 1600 an epoch.
    expect([0, 20, 35, 50, 55, 60].map(byCost)).toEqual([0, 7.5, 18.75, 30, 45, 60].map((x) => expect.closeTo(x, 9)));
  });

  it('leave steps as they are where there is one', () => {
    expect(stepsByCost(readRecipe('nose'), 10)(37)).toBe(37);
  });
});
