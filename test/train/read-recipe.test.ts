import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError, UsageError } from '../../src/errors.js';
import { builtInRecipes, parseRecipe, readRecipe } from '../../src/train/read-recipe.js';
import { temporaryFolder } from '../temporary.js';

const base = temporaryFolder();
const file = join(base, 'recipe.yaml');
const good = `name: small
data:
  markup: imm58
  validation: { groups: 5-6 }
input:
  height: 60
  width: 40
  crop: { kind: box, factor: 1.2 }
model:
  name: cnn1
loss: { kind: wing }
train:
  epochs: 2
  batch: 4
  learningRate: 1e-2
  schedule:
    kind: step
    everyEpochs: 5
    factor: 0.5
`;

/** The error of reading this text with these changes. */
function refusal(text: string, ...changes: string[]): InputError {
  writeFileSync(file, text);
  try {
    readRecipe(file, changes);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).not.toContain('\n');
    return error as InputError;
  }
  throw new Error('a wrong recipe was taken');
}

describe('readRecipe', () => {
  it('reads every recipe that comes with the package', () => {
    expect(builtInRecipes()).toContain('nose');
    for (const name of builtInRecipes()) expect(readRecipe(name).name).toBe(name);
  });

  it('resolves what is left out, so that the record holds all settings', () => {
    writeFileSync(file, good);
    const { input, train, loss, model } = readRecipe(file);
    expect(input).toMatchObject({ channels: 1, mean: 0.5, deviation: 1 });
    expect(train).toMatchObject({ optimiser: 'adam', seed: 0, weightDecay: 0 });
    expect(loss).toEqual({ kind: 'wing', w: 0.04, epsilon: 0.01 });
    expect(model.start).toBe('zero');
    expect(parseRecipe(JSON.parse(JSON.stringify(readRecipe(file))), file)).toEqual(readRecipe(file));
  });

  it('changes settings, of those left out too', () => {
    writeFileSync(file, good);
    const { train, augment } = readRecipe(file, ['train.learningRate=3e-4', 'train.seed=7', 'augment.flip=0.5']);
    expect(train).toMatchObject({ learningRate: 3e-4, seed: 7 });
    expect(augment!.flip).toBe(0.5);
  });

  it('wants some epochs left at the size of the input', () => {
    const { message } = refusal(good.replace('batch: 4', 'stages: [{ epochs: 2, height: 8, width: 8 }]\n  batch: 4'));
    expect(message).toMatch(/yaml:13: 'train\.epochs' must be more than the epochs of train\.stages, .*, not 2$/);
  });

  it.each<[string, [string, string], RegExp]>([
    ['an unknown key', ['height: 60', 'heigth: 60'], /yaml:6: unknown key 'input\.heigth': did you mean 'height'\?$/],
    ['an unknown key at the top', ['loss:', 'los:'], /yaml:11: unknown key 'los': did you mean 'loss'\?/],
    ['a key of another kind', ['kind: wing', 'kind: wing, beta: 1'], /yaml:11: unknown key 'loss\.beta'/],
    ['a mistyped key in a choice', ['groups: 5-6', 'group: 5-6'], /yaml:4: unknown key.*'groups'/],
    [
      'a nested key',
      ['everyEpochs', 'everyEpoch'],
      /yaml:18: unknown key 'train\.schedule\.everyEpoch': did you mean 'ev/,
    ],
    [
      'words for a number',
      ['epochs: 2', 'epochs: two'],
      /yaml:13: 'train\.epochs' must be a whole number from 1, not "two"/,
    ],
    [
      'a fraction for a count',
      ['epochs: 2', 'epochs: 2.5'],
      /yaml:13: 'train\.epochs' must be a whole number from 1, not 2\.5/,
    ],
    ['a number out of range', ['1e-2', '-1'], /yaml:15: 'train\.learningRate' .*, not -1/],
    ['no number', ['1e-2', '.nan'], /yaml:15: 'train\.learningRate' .*, not NaN/],
    ['nothing', ['epochs: 2', 'epochs:'], /yaml:13: 'train\.epochs' must be a whole number from 1, not null/],
    ['a missing key', ['  epochs: 2\n', ''], /yaml:12: 'train\.epochs' is missing; it must be a whole number/],
    ['an unknown kind', ['kind: wing', 'kind: wings'], /yaml:11: 'loss\.kind' .*not "wings"/],
    ['a key given twice', ['  batch: 4', '  batch: 4\n  batch: 8'], /yaml:15: Map keys must be unique/],
    ['a broken bracket', ['{ kind: wing }', '{ kind: wing'], /yaml:1\d: /],
    ['an alias of nothing', ['cnn1', '*x'], /recipe\.yaml.*: /],
    ['a name with a folder', ['name: small', 'name: a/b'], /yaml:1: 'name' must be letters/],
  ])('of %s names file, line, key and what came', (_, [from, to], message) => {
    expect(refusal(good.replace(from, to)).message).toMatch(message);
  });

  it('of something that is no recipe', () => {
    for (const text of ['', '- a', 'text', '42']) expect(refusal(text).message).toMatch(/a recipe is a map/);
    expect(() => readRecipe(join(base, 'none.yaml'))).toThrow(/cannot read the recipe .*none\.yaml/);
    expect(() => readRecipe('nsoe')).toThrow(UsageError);
  });

  it.each<[string, RegExp]>([
    ['train.learningrate=1', /--set train\.learningrate: .*did you mean 'learningRate'\?/],
    ['train.epochs=many', /--set train\.epochs: .*not "many"/],
    ['data.points=[0, x]', /--set data\.points: .*'data\.points\.1' .*not "x"/],
    ['train.schedule.kind=linear', /--set train\.schedule\.kind: /],
    ['train.epochs', /--set train\.epochs: give it as key=value/],
    ['train.epochs=[1', /--set train\.epochs=\[1: /],
    ['train.epochs.more=1', /--set train\.epochs\.more=1: 'train\.epochs\.more' is no setting/],
    ['=1', /give it as key=value/],
  ])('of the change %s is wrong usage', (change, message) => {
    const error = refusal(good, change);
    expect(error.message).toMatch(message);
    expect(error).toBeInstanceOf(UsageError);
  });

  it('of a mutated file gives a recipe or one line', () => {
    const mutation = fc.record({
      at: fc.nat(good.length),
      removed: fc.nat(6),
      added: fc.string({ unit: fc.constantFrom(...' \n\t:{}[]-&*!|>%@`"\'#,0a~?') }),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        let text = good;
        for (const { at, removed, added } of mutations) text = text.slice(0, at) + added + text.slice(at + removed);
        writeFileSync(file, text);
        try {
          readRecipe(file);
        } catch (error) {
          expect(error, text).toBeInstanceOf(InputError);
          expect((error as InputError).message.startsWith(file)).toBe(true);
          expect((error as InputError).message).not.toContain('\n');
        }
      }),
      { numRuns: 500 },
    );
  });
});
