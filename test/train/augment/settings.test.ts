import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError, UsageError } from '../../../src/errors.js';
import { readRecipe } from '../../../src/train/read-recipe.js';
import { temporaryFolder } from '../../temporary.js';

const file = join(temporaryFolder(), 'made.yaml');
writeFileSync(
  file,
  `name: made
data: { markup: imm58, validation: { share: 0.2 } }
input: { height: 80, width: 60, crop: { kind: picture } }
augment:
  flip: 0.5
model: { name: cnn1 }
train: { epochs: 1, batch: 2, learningRate: 1e-3 }
`,
);

const refusal = (change: string): Error => {
  try {
    readRecipe(file, [change]);
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${change} was taken`);
};

describe('settings that make no sense are refused with the key and the allowed range', () => {
  it.each([
    ['augment.scale=-0.1', "'augment.scale' must be a number from 0 to 0.9, not -0.1"],
    ['augment.flip=2', "'augment.flip' must be a number from 0 to 1, not 2"],
    ['augment.verticalFlip=-1', "'augment.verticalFlip' must be a number from 0 to 1, not -1"],
    ['augment.rotation=270', "'augment.rotation' must be a number from 0 to 180, not 270"],
    ['augment.rotation=.nan', "'augment.rotation' must be a number from 0 to 180, not NaN"],
    ['augment.aspect=1', "'augment.aspect' must be a number from 0 to 0.9, not 1"],
    ['augment.shift=5', "'augment.shift' must be a number from 0 to 1, not 5"],
    ['augment.shear=1.5', "'augment.shear' must be a number from 0 to 1, not 1.5"],
    ['augment.brightness=much', '\'augment.brightness\' must be a number from 0 to 1, not "much"'],
    ['augment.noise=20', "'augment.noise' must be a number from 0 to 1, not 20"],
    [
      'augment.occlusion={ probability: 0.5, area: 1.2 }',
      "'augment.occlusion.area' must be a number above 0 and at most 1, not 1.2",
    ],
    [
      'augment.occlusion={ probability: 2, area: 0.2 }',
      "'augment.occlusion.probability' must be a number from 0 to 1, not 2",
    ],
    [
      'augment.occlusion={ probability: 1 }',
      "'augment.occlusion.area' is missing; it must be a number above 0 and at most 1",
    ],
    ['augment.occlusion=0.3', "'augment.occlusion' must be a map of probability, area, not 0.3"],
    [
      'augment.jpeg={ probability: 0.5, quality: 0 }',
      "'augment.jpeg.quality' must be a whole number from 1 to 100, not 0",
    ],
    [
      'augment.blur={ probability: 0.5, deviation: 0 }',
      "'augment.blur.deviation' must be a number above 0 and at most 20, not 0",
    ],
    ['augment.zoom=0.2', "unknown key 'augment.zoom'"],
    ['augment.rotaton=10', "unknown key 'augment.rotaton': did you mean 'rotation'?"],
    ['train.epochs=0', "'train.epochs' must be a whole number from 1, not 0"],
    ['train.optimiser=lion', '\'train.optimiser\' must be sgd or adam or adamw, not "lion"'],
    ['input.channels=2', "'input.channels' must be 1 or 3, not 2"],
    ['input.crop={ kind: box, factor: 9 }', "'input.crop.factor' must be a number from 0.5 to 4, not 9"],
    ['loss={ kind: l3 }', '\'loss.kind\' must be mse or l1 or smooth-l1 or wing or likelihood, not "l3"'],
  ])('%s', (change, words) => {
    const error = refusal(change);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('\n');
  });

  it('names the setting on the command line, or the line of the file', () => {
    expect(refusal('augment.flip=2')).toBeInstanceOf(UsageError);
    expect(refusal('augment.flip=2').message).toMatch(/^--set augment.flip: /);
    const wrong = file.replace('made', 'wrong');
    writeFileSync(wrong, 'name: wrong\naugment:\n  noise: 3\n');
    expect(() =>
      readRecipe(wrong, [
        'data={ markup: imm58, validation: { share: 0.2 } }',
        'input={ height: 8, width: 6, crop: { kind: picture } }',
      ]),
    ).toThrow(`${wrong}:3: 'augment.noise' must be a number from 0 to 1, not 3`);
  });
});
