import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { comparedRuns } from '../../src/report/compared-run.js';
import { readRun } from '../../src/report/read-run.js';
import { storyParts } from '../../src/report/story/parts.js';
import { inputSentence, lossSentence } from '../../src/report/story/sentences.js';
import { isStory, writeStory } from '../../src/report/story/story.js';
import { temporaryFolder } from '../temporary.js';
import { makeRun } from './made-run.js';
import { shownText } from './shown-text.js';

const base = temporaryFolder();
const at = (name: string) => join(base, name);

/** Changes what `recipe.json` of a run says. */
function edit(folder: string, change: (info: ReturnType<typeof readRun>['info']) => object): void {
  const file = join(folder, 'recipe.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
}

let nose = '';
let face = '';
let plain = '';
let large = '';

beforeAll(async () => {
  nose = await makeRun(at('nose'), { points: [52], people: 2 });
  face = await makeRun(at('face'), { people: 2 });
  plain = await makeRun(at('plain'), { people: 2, learningRate: 0.1 });
  edit(plain, (info) => ({ ...info, name: 'plain' }));
  edit(face, (info) => ({ ...info, recipe: { ...info.recipe, augment: { flip: 0.5, rotation: 20, shear: 0 } } }));
  large = at('large');
  cpSync(face, large, { recursive: true });
  edit(large, ({ data, ...info }) => ({ ...info, name: 'large', data: { ...data, name: 'more', train: 2000 } }));
  const photo = sharp({ create: { width: 1200, height: 900, channels: 3, background: 'teal' } });
  mkdirSync(join(large, 'figures/photos'), { recursive: true });
  await photo.png().toFile(join(large, 'figures/photos/sunday walk.png'));
  writeFileSync(
    join(large, 'samples.png'),
    await sharp(await photo.png().toBuffer())
      .resize(20)
      .png()
      .toBuffer(),
  );
});

const headings = (page: string) =>
  [...parseHTML(page).document.querySelectorAll('h1, h2, h3')].map(({ textContent }) => textContent);

describe('the story', () => {
  it('has the seed’s headings, in its order, and all figures within one file', async () => {
    const file = await writeStory([nose, face, plain, large], at('story.html'));
    const page = readFileSync(file, 'utf8');
    expect(headings(page)).toEqual([
      'Facial keypoint detection with neural networks',
      'Overview',
      'Part 1: Nose detection',
      'Sampled images from the dataloader',
      'Model architecture',
      'Loss curves and hyperparameter results',
      'Correct predictions',
      'Incorrect predictions',
      'Part 2: All facial keypoints',
      'Sampled images from the dataloader',
      'Model architecture',
      'Training and validation loss',
      'Beside another training',
      'Correct predictions',
      'Incorrect predictions',
      'Part 3: Training with a larger data set',
      'Sampled images from the dataloader',
      'Model architecture',
      'Training and validation loss',
      'How it looks on the training set',
      'How it looks on the test set',
      'Correct predictions',
      'Incorrect predictions',
      'Some full-sized examples',
      'Trying out my own photos',
      'Bonus cat',
      'Conclusion',
    ]);
    const { document } = parseHTML(page);
    expect(document.querySelectorAll('script, link, iframe, object')).toHaveLength(0);
    for (const address of page.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address[1]).toMatch(/^data:image\//);
    const numbers = [...shownText(page).matchAll(/Figure (\d+)\. \S/g)].map(([, n]) => Number(n));
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    expect(numbers.length).toBeGreaterThan(12);
    expect(shownText(page)).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(document.querySelector('.album img')!.getAttribute('alt')).toBe('sunday walk, with the points found');
    // What is not there yet is told, with the command that makes it.
    expect(shownText(page)).toMatch(/Not there yet: fiducial gallery .*Not there yet: fiducial predict/s);
  });

  it('gives the numbers of the runs', async () => {
    const text = shownText(readFileSync(await writeStory([nose, face], at('two.html')), 'utf8'));
    for (const folder of [nose, face]) {
      const { best, floor } = readRun(folder).evaluation!;
      for (const value of [best.pixels.mean, best.pixels.median, floor.pixels.mean]) {
        expect(text).toContain(`${value.toPrecision(3)} px`);
      }
    }
  });

  it('is text alone where the file ends in .md', async () => {
    const text = readFileSync(await writeStory([nose, face], at('story.md')), 'utf8');
    expect(text).toMatch(/^# Facial keypoint detection with neural networks\n\n## Overview\n/);
    expect(text).toContain('| 1. Nose detection | cnn1 | 80,290 | 1 |');
    expect(text).toContain('**Figure 1.**'.replaceAll('*', ''));
    expect(text).not.toMatch(/<svg|data:|NaN|undefined/);
  });

  it('of trainings that go on tells what there is', async () => {
    const begun = await makeRun(at('begun'), { ended: false, epochs: 2, points: [3] });
    writeFileSync(join(begun, 'metrics.jsonl'), '');
    const text = shownText(readFileSync(await writeStory([begun, face], at('begun.html')), 'utf8'));
    expect(text).toContain('No epoch is done yet.');
    expect(text).toContain('The training has not ended.');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    expect(existsSync(at('begun.html'))).toBe(true);
  });
});

describe('runs are', () => {
  it('a story where they learnt different things, else a comparison', () => {
    expect(isStory([nose, face])).toBe(true);
    expect(isStory([face, plain])).toBe(false);
    const parts = storyParts(comparedRuns([nose, face, plain, large]));
    expect(parts.map(({ runs }) => runs.length)).toEqual([1, 2, 1]);
  });
});

describe('sentences', () => {
  it('tell of the input and of what augmentation does', () => {
    expect(inputSentence(readRun(nose))).toContain('No augmentation');
    expect(inputSentence(readRun(face))).toContain('anew: mirrored (probability 0.5), rotated by up to 20°.');
  });

  it('tell whether a network overfits', () => {
    const line = (epoch: number, trainLoss: number, validationLoss: number, best: boolean) => ({
      ...readRun(face).epochs[0]!,
      epoch,
      trainLoss,
      validationLoss,
      best,
    });
    const over = [line(1, 3, 2, true), line(2, 2, 1, true), line(3, 1, 2, false), line(4, 0.5, 3, false)];
    expect(lossSentence(over)).toMatch(
      /least after epoch 2 of 4, 1\.00; .* from 2\.00 to 0\.500, .* to 3\.00: it overfits\.$/,
    );
    expect(lossSentence(over.slice(0, 2))).toContain('had not begun to rise');
  });
});
