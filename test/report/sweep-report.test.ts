import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { hyperparameters } from '../../src/report/hyperparameters.js';
import { readSweep, shortKeys } from '../../src/report/read-sweep.js';
import { writeSweepReport } from '../../src/report/sweep-report.js';
import { sweepRows } from '../../src/report/sweep-rows.js';
import { sweepSentence } from '../../src/report/sweep-sentence.js';
import { sweepMarkdown } from '../../src/report/sweep-table.js';
import { makeRun } from './made-run.js';
import { makeSweep } from './made-sweep.js';
import { shownText } from './shown-text.js';

const base = mkdtempSync(join(tmpdir(), 'fiducial-sweep-'));
let folder: string;
beforeAll(async () => {
  folder = await makeSweep(join(base, 'sweep'), [0.0001, 0.001, 0.003], [0, 1, 2], { people: 1, epochs: 5 });
});
afterAll(() => rmSync(base, { recursive: true }));

describe("a sweep's page", () => {
  it('has table, figures and page, the best setting first', () => {
    const page = readFileSync(writeSweepReport(folder), 'utf8');
    expect([...parseHTML(page).document.querySelectorAll('h2')].map((each) => each.textContent)).toEqual([
      'Results',
      'Hyperparameters',
      'Loss curves',
      'How many fail',
      'Runs',
      'Files',
    ]);
    expect(shownText(page)).not.toMatch(/NaN|undefined|Infinity/);
    expect(page).not.toContain('<script');

    const rows = parse(readFileSync(join(folder, 'table.csv'), 'utf8'), { columns: true }) as Record<string, string>[];
    const errors = rows.map((row) => Number(row.best_pixels_median));
    expect(errors).toEqual([...errors].sort((a, b) => a - b));
    expect(rows.map((row) => row['train.learningRate'])).toEqual(['0.003', '0.001', '0.0001']);
    for (const row of rows) {
      expect(row.seeds).toBe('3');
      expect(Number(row.best_pixels_low)).toBeLessThanOrEqual(Number(row.best_pixels_median));
      expect(Number(row.best_pixels_high)).toBeGreaterThanOrEqual(Number(row.best_pixels_median));
    }
    const markdown = readFileSync(join(folder, 'table.md'), 'utf8').trim().split('\n');
    expect(markdown).toHaveLength(5);
    expect(markdown[2]).toMatch(/^\| 0.003 \| 3 \| /);
    expect(readFileSync(join(folder, 'figures/hyperparameters-train-learningRate.png')).length).toBeGreaterThan(1000);
  });

  it('takes the median over seeds of evaluation.json', () => {
    const sweep = readSweep(folder);
    const [best] = sweepRows(sweep);
    const pixels = best!.runs.map(({ run }) => run!.evaluation!.best.pixels.mean).sort((a, b) => a - b);
    expect(best!.bestPixels).toEqual({ median: pixels[1], low: pixels[0], high: pixels[2] });
  });

  it('has a logarithmic axis where the values span a decade', () => {
    const svg = hyperparameters(readSweep(folder), 'train.learningRate')!;
    expect(shownText(svg)).toContain('train.learningRate (log)');
    expect((svg.match(/<circle/g) ?? []).length).toBeGreaterThanOrEqual(18);
  });
});

describe('a sweep that is under way', () => {
  it('shows what there is: runs not begun, not ended, diverged; words as values', async () => {
    const at = join(base, 'under-way');
    await makeRun(join(at, 'a'), { points: [52], people: 1, epochs: 3 });
    await makeRun(join(at, 'b'), { points: [52], people: 1, epochs: 2, ended: false });
    const metrics = join(await makeRun(join(at, 'c'), { points: [52], epochs: 2, ended: false }), 'metrics.jsonl');
    writeFileSync(metrics, readFileSync(metrics, 'utf8').replace(/"(\w+oss|mean|median)":[\d.e-]+/g, '"$1":null'));
    const optimisers = ['adam', 'sgd', 'adamw', 'none|yet'];
    const runs = optimisers.map((optimiser, i) => ({
      folder: 'abcd'[i],
      settings: { 'train.optimiser': optimiser },
      seed: 0,
    }));
    writeFileSync(
      join(at, 'sweep.json'),
      JSON.stringify({ recipe: { name: 'nose' }, over: { 'train.optimiser': optimisers }, runs }),
    );
    const text = shownText(readFileSync(writeSweepReport(at), 'utf8'));
    for (const part of ['not begun', 'not ended', '1 ended', 'Diverged: optimiser adamw', 'nose']) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    const rows = sweepRows(readSweep(at));
    expect(rows.slice(2).map(({ name }) => name)).toEqual(['optimiser adamw', 'optimiser none|yet']);
    expect(sweepMarkdown(['train.optimiser'], rows)).toContain('none\\|yet | 0 of 1 |');
  });
});

describe('the sentence', () => {
  it('says that overlapping seeds settle nothing, and that apart ones do', () => {
    const rows = sweepRows(readSweep(folder));
    const spread = (low: number, high: number) => ({ low, high, median: (low + high) / 2 });
    const [a, b] = [rows[0]!, rows[1]!];
    const of = (first: [number, number], second: [number, number]) =>
      sweepSentence([
        { ...a, bestPixels: spread(...first) },
        { ...b, bestPixels: spread(...second) },
      ]);
    expect(of([1, 2], [1.5, 3])).toContain('Their seeds overlap');
    expect(of([1, 2], [2.5, 3])).toContain('at most 2.00 against at least 2.50 px');
    expect(sweepSentence([{ ...a, runs: a.runs.slice(0, 1) }, b])).toContain('With one seed a setting');
  });
});

describe('sweep.json', () => {
  it('names keys shortly where they stay different', () => {
    expect(shortKeys(['train.learningRate', 'model.channels'])).toEqual(['learningRate', 'channels']);
    expect(shortKeys(['model.channels', 'input.channels'])).toEqual(['model.channels', 'input.channels']);
  });

  it('is missing or wrong', () => {
    expect(() => writeSweepReport(join(base, 'nowhere'))).toThrow(InputError);
    const at = join(folder, '..');
    writeFileSync(join(at, 'sweep.json'), '{"recipe": "nose", "over": {}, "runs": [{"folder": 3}]}');
    expect(() => writeSweepReport(at)).toThrow("sweep.json: 'runs.0.folder' expected string, not 3");
  });
});
