import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { comparedRuns, distinctNames } from '../../src/report/compared-run.js';
import { writeComparison } from '../../src/report/comparison.js';
import { comparisonSentence } from '../../src/report/comparison-sentence.js';
import { readRun } from '../../src/report/read-run.js';
import { differenceNames, recipeDifferences } from '../../src/report/recipe-differences.js';
import { judgedAlike, sharedFaces } from '../../src/report/same-faces.js';
import { temporaryFolder } from '../temporary.js';
import { makeRun } from './made-run.js';
import { shownText } from './shown-text.js';

const base = temporaryFolder();
const at = (name: string) => join(base, name);
const edit = (folder: string, file: string, change: (text: string) => string) =>
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));

/** A run of its own name, with some settings of its own. */
async function named(name: string, made: Parameters<typeof makeRun>[1] = {}, settings = {}): Promise<string> {
  const folder = await makeRun(at(name), made);
  edit(folder, 'recipe.json', (text) => {
    const info = JSON.parse(text);
    return JSON.stringify({ ...info, name, recipe: { ...info.recipe, ...settings } });
  });
  return folder;
}

let good: string;
let plain: string;
beforeAll(async () => {
  good = await named('good', { people: 2 }, { augment: { flip: 0.5, rotation: 20 } });
  plain = await named('plain', { people: 2, learningRate: 0.1 });
});

const documentOf = (file: string) => parseHTML(readFileSync(file, 'utf8')).document;
const texts = (within: ReturnType<typeof documentOf>, selector: string) =>
  [...within.querySelectorAll(selector)].map(({ textContent }) => textContent);

describe("the comparison's page", () => {
  it('has all parts, and needs no other file', async () => {
    const file = at('deep/comparison.html');
    expect(await writeComparison([good, plain], file)).toBe(file);
    const text = readFileSync(file, 'utf8');
    const document = documentOf(file);
    expect(texts(document, 'h2')).toEqual([
      'Results',
      'What differs in their recipes',
      'Curves',
      'Errors by tag',
      'The same faces',
    ]);
    expect(document.querySelectorAll('script, link, iframe, object')).toHaveLength(0);
    for (const address of text.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address[1]).toMatch(/^data:image\//);
    expect(text).not.toMatch(/url\(|@import|https?:\/\/(?!www\.w3\.org)/);
    expect(shownText(text)).not.toMatch(/NaN|undefined|Infinity/);
    expect(texts(document, 'h3')).toEqual([
      'By view',
      'Worst of good',
      'Second worst of good',
      'Median of good',
      'Best of good',
    ]);
  });

  it('has the runs’ figures side by side, the better ones bold', async () => {
    const document = documentOf(await writeComparison([good, plain], at('side.html')));
    const [results, differing, byView] = [...document.querySelectorAll('table')];
    const rows = [...results!.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent));
    expect(rows[0]).toEqual(['', 'good', 'plain']);
    const row = (name: string) => rows.find(([first]) => first === name)?.slice(1);
    const means = [good, plain].map((folder) => readRun(folder).evaluation!.best.pixels.mean.toPrecision(3));
    expect(row('mean error (px)')).toEqual(means);
    expect(row('parameters')).toEqual(['80,290', '80,290']);
    expect(row('input')).toEqual(['60×80 grey', '60×80 grey']);
    expect([...results!.querySelectorAll('strong')].map((bold) => bold.textContent)).toContain(means[0]);
    expect([...differing!.querySelectorAll('tbody th')].map((cell) => cell.textContent)).toEqual([
      'train.learningRate',
      'augment.flip',
      'augment.rotation',
    ]);
    expect(byView!.querySelectorAll('tbody tr')).toHaveLength(6);
  });

  it('shows each face once a run, the first run’s worst first', async () => {
    const document = documentOf(await writeComparison([plain, good], at('faces.html')));
    const order = [...readRun(plain).predictions].sort((a, b) => b.pixels - a.pixels).map(({ name }) => name);
    const rows = [...document.querySelectorAll('.beside')].map((row) =>
      [...row.querySelectorAll('svg.figure')].map((cell) => cell.getAttribute('aria-label')!.split(',')[0]),
    );
    const expected = [order[0], order[1], order[6], order[11]].map((name) => [`plain: ${name}`, `good: ${name}`]);
    expect(rows).toEqual(expected);
  });

  it('sets no errors against each other that were made on other faces or points', async () => {
    const nose = await named('nose', { people: 2, points: [52] });
    const training = await named('training', { ended: false, epochs: 3 });
    const file = await writeComparison([good, plain, nose, training], at('apart.html'));
    const text = shownText(readFileSync(file, 'utf8'));
    expect(text).toContain('nose: judged on other faces or points than the others.');
    expect(text).toContain('training: not ended.');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    const document = documentOf(file);
    expect(document.querySelector('table')!.querySelectorAll('strong')).toHaveLength(0);
    expect(texts(document, 'table')[2]).not.toContain('nose');
    // The picture is the same, whatever is learnt of it.
    expect(document.querySelector('.beside')!.querySelectorAll('figure')).toHaveLength(3);

    const alone = documentOf(await writeComparison([good, nose], at('two-apart.html')));
    expect(texts(alone, 'h2')).toEqual(['Results', 'What differs in their recipes', 'Curves', 'The same faces']);
    const unbegun = await named('unbegun', { ended: false });
    writeFileSync(join(unbegun, 'metrics.jsonl'), '');
    expect(texts(documentOf(await writeComparison([unbegun], at('one.html'))), 'h2')).toEqual(['Results']);
  });

  it('draws losses only where they are the same', async () => {
    const wing = await named('wing', { people: 2 }, { loss: { kind: 'wing', w: 0.04, epsilon: 0.01 } });
    const page = async (...runs: string[]) =>
      shownText(readFileSync(await writeComparison(runs, at('losses.html')), 'utf8'));
    expect(await page(good, plain)).toContain('validation loss (log)');
    expect(await page(good, wing)).not.toContain('validation loss (log)');
    expect(await page(good, wing)).toContain('They minimise different losses');
  });

  it('never shows a NaN, and shows hostile names as text', async () => {
    const wrong = await named('<b>wrong</b>', { people: 1, epochs: 3 });
    edit(wrong, 'metrics.jsonl', (text) =>
      text.replace(/"(trainLoss|validationLoss|mean|median)":[\d.e-]+/g, '"$1":null'),
    );
    edit(wrong, 'evaluation.json', (text) => text.replace(/"(mse|mean|median)":[\d.e-]+/g, '"$1":null'));
    edit(wrong, 'predictions.csv', (text) => text.replaceAll('3 turned left', '<i>3</i>'));
    rmSync(join(wrong, 'pictures'), { recursive: true });
    const same = await named('same', { people: 1, epochs: 3 });
    const file = await writeComparison([wrong, same, good], at('wrong.html'));
    expect(shownText(readFileSync(file, 'utf8'))).not.toMatch(/NaN|undefined|Infinity/);
    expect(documentOf(file).querySelectorAll('b, i')).toHaveLength(0);
    expect(shownText(readFileSync(file, 'utf8'))).toContain('<b>wrong</b>: diverged');
  });

  it('says in a line what is wrong with the runs given', async () => {
    await expect(writeComparison([good, `${good}/`], at('no.html'))).rejects.toThrow(/given twice/);
    await expect(writeComparison([good, at('nowhere')], at('no.html'))).rejects.toThrow(/is no run folder/);
    await expect(
      writeComparison(
        Array.from({ length: 9 }, (_, i) => at(`${i}`)),
        at('no.html'),
      ),
    ).rejects.toThrow(InputError);
    expect(existsSync(at('no.html'))).toBe(false);
  });
});

describe('names of compared runs', () => {
  it('are those of the recipes, or as much of the paths as tells them apart', () => {
    expect(distinctNames(['a', 'b'], ['/runs/x', '/runs/y'])).toEqual(['a', 'b']);
    expect(distinctNames(['a', 'a'], ['/runs/x', '/runs/y'])).toEqual(['x', 'y']);
    expect(distinctNames(['a', 'a'], ['/one/x', '/two/x'])).toEqual(['one/x', 'two/x']);
    expect(distinctNames(['a', 'a', 'b'], ['/x', '/two/x', '/y'])).toEqual(['x', 'two/x', 'y']);
  });
});

describe('the sentence', () => {
  /** The runs with their faces' errors set, and the score that follows. */
  const withErrors = (folders: readonly string[], errors: readonly (readonly number[])[]) =>
    comparedRuns(folders).map((each, i) => {
      const predictions = each.run.predictions.map((face, f) => ({
        ...face,
        pixels: errors[i]![f % errors[i]!.length]!,
      }));
      const mean = predictions.reduce((sum, { pixels }) => sum + pixels, 0) / predictions.length;
      const { evaluation } = each.run;
      const best = { ...evaluation!.best, pixels: { mean, median: mean } };
      return { ...each, run: { ...each.run, predictions, evaluation: { ...evaluation!, best } } };
    });

  it('says by how much the better is better, on how many faces, and what differs', () => {
    expect(
      comparisonSentence(
        withErrors(
          [good, plain],
          [
            [8, 8, 8, 4],
            [30, 31, 20, 3],
          ],
        ),
      ),
    ).toBe(
      'good has 7.00 px where plain has 21.0 px: 3.0 times less. Face by face, good is the better on 9 of 12. ' +
        'Their recipes differ in train.learningRate and augment.',
    );
    expect(comparisonSentence(withErrors([good, plain], [[8], [7.6]]))).toBe(
      'plain has 7.60 px where good has 8.00 px: 5 % less. Face by face, plain is the better on 12 of 12. ' +
        'Their recipes differ in train.learningRate and augment. ' +
        'So small a difference may be that of another seed: train several to be sure.',
    );
    expect(comparisonSentence(withErrors([good, plain], [[8], [8]]))).toContain(
      'hardly a difference. Face by face, good is the better on 0 of 12',
    );
    expect(comparisonSentence(withErrors([good, plain], [[0], [8]]))).toContain('8.00 px: no error at all.');
  });

  it('tells of more than two', async () => {
    const third = await named('third', { people: 2, learningRate: 0.03 });
    expect(comparisonSentence(withErrors([plain, good, third], [[20], [8], [10]]))).toBe(
      'Of the 3 runs judged alike, good has the least error, 8.00 px; third has 10.0 px (25 % more), plain has 20.0 px (2.5 times as much). ' +
        'Face by face, good is the better of the best two on 12 of 12. Their recipes differ in train.learningRate and augment.',
    );
  });
});

describe('what differs', () => {
  const recipe = (settings: object) => {
    const run = readRun(good);
    return { ...run, info: { ...run.info, recipe: { ...run.info.recipe, ...settings } } };
  };

  it('are only keys whose values differ', () => {
    const runs = [readRun(good), readRun(plain)];
    expect(recipeDifferences([runs[0]!, runs[0]!])).toEqual([]);
    expect(recipeDifferences(runs)).toContainEqual({ key: 'augment.flip', values: ['0.5', '–'] });
    expect(differenceNames([recipe({}), recipe({ loss: { kind: 'wing', w: 0.04, epsilon: 0.01 } })])).toEqual(['loss']);
  });
});

describe('faces of several runs', () => {
  it('are the same by name, group and picture, wherever the data lie', () => {
    const [a, b] = [readRun(good), readRun(plain)];
    const moved = b.predictions.map((face) => ({ ...face, picture: `C:\\data\\${face.picture}` }));
    expect(sharedFaces([a, { ...b, predictions: moved }])).toHaveLength(12);
    expect(sharedFaces([a, { ...b, predictions: moved.slice(3) }])).toHaveLength(9);
    expect(sharedFaces([a, { ...b, predictions: [] }])).toEqual([]);
  });

  it('are judged alike where truth and normalising distance are the same', () => {
    const runs = comparedRuns([good, plain]);
    expect(judgedAlike(runs)).toEqual([runs]);
    const [a, b] = runs as [(typeof runs)[number], (typeof runs)[number]];
    const other = {
      ...b.run,
      predictions: b.run.predictions.map((face) => ({ ...face, truth: face.truth.map((v) => v + 1) })),
    };
    expect(judgedAlike([a, { ...b, run: other }])).toEqual([]);
    const best = { ...b.run.evaluation!.best, nme: { mean: 1, median: 1, normaliser: 'inter-pupil' } };
    expect(judgedAlike([a, { ...b, run: { ...b.run, evaluation: { ...b.run.evaluation!, best } } }])).toEqual([]);
  });
});
