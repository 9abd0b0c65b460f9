import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { readRun } from '../../src/report/read-run.js';
import { writeRunReport } from '../../src/report/run-report.js';
import { makeRun } from './made-run.js';
import { makeSweep } from './made-sweep.js';
import { shownText } from './shown-text.js';

const base = mkdtempSync(join(tmpdir(), 'fiducial-run-report-'));
afterAll(() => rmSync(base, { recursive: true }));

const headings = (page: string) => [...parseHTML(page).document.querySelectorAll('h2')].map((each) => each.textContent);

async function pageOf(folder: string, options = {}): Promise<string> {
  const file = await writeRunReport(folder, options);
  expect(file).toBe(join(folder, 'report.html'));
  return readFileSync(file, 'utf8');
}

describe("a run's page", () => {
  it('shows how sure the model is where it says, and makes no tag of it', async () => {
    const folder = await makeRun(join(base, 'sure'), { sure: true });
    expect(headings(await pageOf(folder))).toContain('How sure it is');
    const svg = readFileSync(join(folder, 'figures/calibration.svg'), 'utf8');
    expect(svg).toMatch(/696 points in 10 bins/);
    expect(svg).not.toMatch(/NaN|undefined/);
    const [face] = readRun(folder).predictions;
    expect(Object.keys(face!.tags)).toEqual(['view']);
    expect(face!.spread!.length).toBe(58);
  });

  it('tells all in the order in which one asks', async () => {
    const folder = await makeRun(join(base, 'face'), { people: 2 });
    const dot = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    writeFileSync(join(folder, 'samples.png'), dot);
    mkdirSync(join(folder, 'figures'));
    writeFileSync(join(folder, 'figures/features-conv1.png'), dot);
    writeFileSync(
      join(folder, 'figures/features-conv1.svg'),
      '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    );
    const sweep = await makeSweep(join(base, 'sweep'), [0.001, 0.01], [1], { people: 1, epochs: 2 });
    const page = await pageOf(folder, { sweep });
    expect(headings(page)).toEqual([
      'What was trained',
      'Samples',
      'Model architecture',
      'Loss curves',
      'Hyperparameters',
      'Correct predictions',
      'Incorrect predictions',
      'Why they fail',
      'Learned features',
      'Files',
    ]);
    for (const name of [
      'loss-curves',
      'cumulative-error',
      'error-by-view',
      'error-by-group',
      'error-by-point',
      'predictions',
    ]) {
      for (const kind of ['svg', 'png']) expect(existsSync(join(folder, `figures/${name}.${kind}`))).toBe(true);
    }
    const { document } = parseHTML(page);
    expect(document.querySelectorAll('script, link, iframe, object')).toHaveLength(0);
    expect(document.querySelectorAll('svg.figure').length).toBeGreaterThan(12);
    for (const address of page.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address[1]).toMatch(/^data:image\//);
    expect(page).not.toMatch(/url\(|@import|https?:\/\/(?!www\.w3\.org)/);
  });

  it('gives the figures of evaluation.json, and says that the best epoch was chosen', async () => {
    const folder = await makeRun(join(base, 'figures'), { points: [52], seed: 2 });
    const { evaluation } = readRun(folder);
    const text = shownText(await pageOf(folder));
    const { best, last, floor } = evaluation!;
    expect(best.epoch).toBeLessThan(last.epoch);
    for (const { pixels } of [best, last, floor]) expect(text).toContain(`${pixels.mean.toPrecision(3)} px`);
    expect(text).toContain(`${best.nme!.mean.toPrecision(3)} %`);
    expect(text).toContain('that flatters it');
    expect(text).toContain('learningRate');
    expect(text).not.toContain('By point');
  });

  it('is there while the training goes on', async () => {
    const folder = await makeRun(join(base, 'training'), { ended: false, epochs: 3 });
    const page = await pageOf(folder);
    expect(headings(page)).toEqual(['What was trained', 'Model architecture', 'Loss curves', 'Files']);
    expect(shownText(page)).toContain('Not ended. Epoch 3 of 3 is done');
    writeFileSync(join(folder, 'metrics.jsonl'), '');
    rmSync(join(folder, 'summary.txt'));
    expect(headings(await pageOf(folder))).toEqual(['What was trained', 'Files']);
  });

  it('shows hostile names as text', async () => {
    const folder = await makeRun(join(base, 'hostile'), { people: 1 });
    const hostile = '<img src=x onerror=alert(1)>';
    const replace = (file: string, from: RegExp, to: string) =>
      writeFileSync(join(folder, file), readFileSync(join(folder, file), 'utf8').replace(from, to));
    replace('predictions.csv', /"3 turned left"/g, `"${hostile}"`);
    replace('predictions.csv', /,view,/, `,<b>view,`);
    replace('predictions.csv', /^33-3m/m, '<u>33</u>');
    replace('recipe.json', /A made run, to look at reports\./, hostile);
    replace('recipe.json', /linux x64/, hostile);
    replace('summary.txt', /Conv2d-1/, hostile);
    const page = await pageOf(folder);
    const { document } = parseHTML(page);
    expect(document.querySelectorAll('img, b, u')).toHaveLength(0);
    expect(shownText(page).split(hostile).length).toBeGreaterThan(4);
    expect(shownText(page)).toContain('<u>33</u>');
  });

  it('never shows a NaN or an undefined, whatever went wrong in the training', async () => {
    const maybe = fc.boolean();
    const wrong = fc.record({
      diverged: maybe,
      perfect: maybe,
      unnormalised: maybe,
      noPictures: maybe,
      noEvaluation: maybe,
      untagged: maybe,
      noBest: maybe,
      absurd: maybe,
      points: fc.constantFrom(undefined, [52], [3, 40]),
    });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(wrong, async ({ points, ...is }) => {
        const folder = await makeRun(join(base, `wrong${n++}`), {
          people: 1,
          epochs: 3,
          width: 64,
          ...(points ? { points } : {}),
        });
        const edit = (file: string, change: (text: string) => string) =>
          writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));
        const csv = (change: (fields: string[]) => string[]) =>
          edit('predictions.csv', (text) => {
            const [head, ...rows] = text.trim().split('\n');
            return [head, ...rows.map((row) => change(row.replace('frontal, ', 'frontal ').split(',')).join(','))].join(
              '\n',
            );
          });
        if (is.diverged)
          edit('metrics.jsonl', (text) =>
            text.replace(/"(trainLoss|validationLoss|mean|median)":[\d.e-]+/g, '"$1":null'),
          );
        if (is.diverged) edit('evaluation.json', (text) => text.replace(/"(mse|mean|median)":[\d.e-]+/g, '"$1":null'));
        if (is.noBest) edit('metrics.jsonl', (text) => text.replaceAll('"best":true', '"best":false'));
        if (is.unnormalised) csv((fields) => fields.with(4, ''));
        if (is.unnormalised) edit('evaluation.json', (text) => text.replace(/"nme":\{[^}]*\}/g, '"nme":null'));
        if (is.perfect) csv((fields) => fields.with(3, '0'));
        if (is.perfect) edit('evaluation.json', (text) => text.replace(/"(mean|median)":[\d.e-]+/g, '"$1":0'));
        if (is.absurd) csv((fields) => fields.with(6, '-1e30').with(3, '1e30'));
        if (is.untagged) csv((fields) => fields.with(5, ''));
        if (is.noEvaluation) rmSync(join(folder, 'evaluation.json'));
        if (is.noPictures) rmSync(join(folder, 'pictures'), { recursive: true });
        expect(shownText(await pageOf(folder))).not.toMatch(/NaN|undefined|Infinity/);
        for (const file of ['loss-curves', 'error-by-view', 'predictions'].map((name) =>
          join(folder, `figures/${name}.svg`),
        )) {
          if (existsSync(file)) expect(shownText(readFileSync(file, 'utf8'))).not.toMatch(/NaN|undefined|Infinity/);
        }
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 8 },
    );
  }, 120_000);
});
