import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mean } from '../../src/metrics/quantile.js';
import { breakdown, tagOf, tagsOf } from '../../src/report/breakdown.js';
import { cumulativeError } from '../../src/report/cumulative-error.js';
import { errorByGroup } from '../../src/report/error-by-group.js';
import { errorByPoint, meanPointErrors } from '../../src/report/error-by-point.js';
import { errorByTag } from '../../src/report/error-by-tag.js';
import { errorMeasure, faceMeasure } from '../../src/report/error-measure.js';
import { saveFigure, toPng } from '../../src/report/figure.js';
import { gallery, gallerySheet } from '../../src/report/gallery.js';
import { lossCurves } from '../../src/report/loss-curves.js';
import { meanShape } from '../../src/report/mean-shape.js';
import { type RunFolder, readRun } from '../../src/report/read-run.js';
import { sampleSheet } from '../../src/report/sheet.js';
import { tagSentence } from '../../src/report/tag-sentence.js';
import { makeRun } from './made-run.js';
import { shownText } from './shown-text.js';

const base = mkdtempSync(join(tmpdir(), 'fiducial-figures-'));
let nose: RunFolder;
let face: RunFolder;
let training: RunFolder;
beforeAll(async () => {
  nose = readRun(await makeRun(join(base, 'nose'), { points: [52] }));
  face = readRun(await makeRun(join(base, 'face'), { people: 3, seed: 4 }));
  training = readRun(await makeRun(join(base, 'training'), { epochs: 1, ended: false }));
});
afterAll(() => rmSync(base, { recursive: true }));

describe('figures', () => {
  it('say what they show, without a NaN', async () => {
    const figures: [string | undefined, string[]][] = [
      [lossCurves(nose), ['training loss', 'validation loss', 'floor: mean face', 'Ringed: epoch']],
      [lossCurves(training), ['training loss', 'epoch 1']],
      [cumulativeError([nose]), ['share of faces', 'NME, % of inter-ocular (outer eye corners)']],
      [cumulativeError([nose, face]), ['nose', 'face58']],
      [errorByTag(face, 'view'), ['3 turned left (3)', 'mean point error (px)']],
      [errorByGroup(face), ['34 (6)', 'worst first']],
      [errorByPoint(face), ['Worst points', 'Mean of each contour', 'left brow', '1. ']],
      [gallerySheet(await gallery(face), true), ['truth: dots', 'prediction: crosses', '33-1m', 'px']],
    ];
    for (const [svg, texts] of figures) {
      const shown = shownText(svg!);
      for (const text of texts) expect(shown).toContain(text);
      expect(shown).not.toMatch(/NaN|undefined|Infinity/);
      const { width, height } = await sharp(toPng(svg!)).metadata();
      expect(width).toBeGreaterThan(400);
      expect(height).toBeGreaterThan(200);
    }
  });

  it('are left out where they would show nothing', async () => {
    expect(errorByPoint(nose)).toBeUndefined();
    for (const draw of [errorByPoint, errorByGroup, (run: RunFolder) => errorByTag(run, 'view')]) {
      expect(draw(training)).toBeUndefined();
    }
    expect(cumulativeError([training])).toBeUndefined();
    expect(gallerySheet(await gallery(training), true)).toBeUndefined();
    expect(lossCurves({ ...training, epochs: [] })).toBeUndefined();
    const oneEach = nose.predictions.map((each) => ({ ...each, group: each.name }));
    expect(errorByGroup({ ...nose, predictions: oneEach })).toBeUndefined();
  });

  it('are written as SVG and PNG, drawn with the package’s own letters', async () => {
    saveFigure(base, 'curves', lossCurves(nose)!);
    expect(readFileSync(join(base, 'curves.svg'), 'utf8')).toMatch(/^<svg xmlns=/);
    // Without letters the title's place would be white.
    const title = { left: 20, top: 20, width: 400, height: 40 };
    const { channels } = await sharp(join(base, 'curves.png')).extract(title).greyscale().stats();
    expect(channels[0]!.min).toBeLessThan(80);
    expect(channels[0]!.max).toBe(255);
  });
});

describe('errors by tag', () => {
  it('are the means over the faces of each value', () => {
    const measure = faceMeasure(face);
    expect(measure.unit).toBe('px');
    expect(tagsOf(face.predictions)).toEqual(['view']);
    const shares = breakdown(face.predictions, (each) => tagOf(each, 'view'), measure);
    expect(shares.map(({ value }) => value[0])).toEqual(['1', '2', '3', '4', '5', '6']);
    for (const { value, faces, mean: shown } of shares) {
      const errors = face.predictions.filter(({ tags }) => tags.view === value).map(({ pixels }) => pixels);
      expect(faces).toHaveLength(3);
      expect(shown).toBeCloseTo(mean(errors), 10);
    }
  });

  it('are told in a sentence that is true', () => {
    const errors = { easy: [2, 2, 2, 2, 2], hard: [7, 9, 8, 8, 8], middling: [3, 3, 3, 3, 9] };
    const predictions = Object.entries(errors).flatMap(([view, values]) =>
      values.map((pixels, i) => ({
        ...nose.predictions[0]!,
        name: `${view}${i}`,
        tags: { view },
        pixels,
        nme: pixels * 2,
      })),
    );
    const measure = faceMeasure(nose);
    const shares = breakdown(predictions, (each) => tagOf(each, 'view'), measure);
    expect(tagSentence('view', shares, measure)).toBe(
      'The worst view is “hard” (8.00 px on average, 5 faces), with 4.00 times the error of the best, “easy” (2.00 px on ' +
        'average, 5 faces). As NME the two have 16.0 % and 4.00 %. Among the 3 faces with the largest errors: “hard” 2 times, “middling” once.',
    );
    const even = predictions.map((each) => ({ ...each, pixels: 2 }));
    const same = breakdown(even, (each) => tagOf(each, 'view'), measure);
    expect(tagSentence('view', same, measure)).toContain('hardly depends on the view');
    const perfect = even.map((each) => ({ ...each, pixels: 0, nme: 0 }));
    const zero = breakdown(perfect, (each) => tagOf(each, 'view'), measure);
    expect(tagSentence('view', zero, measure)).not.toMatch(/NaN|Infinity/);
  });

  it('are compared as NME where the network sees boxes', () => {
    const { recipe } = face.info;
    const input = { ...recipe.input, crop: { kind: 'box' as const, factor: 1.2 } };
    const boxes = { ...face, info: { ...face.info, recipe: { ...recipe, input } } };
    expect(faceMeasure(boxes).unit).toBe('%');
    const unnormalised = face.predictions.map((each) => ({ ...each, nme: undefined }));
    expect(faceMeasure({ ...boxes, predictions: unnormalised }).unit).toBe('px');
    expect(errorMeasure([face, { ...face, predictions: unnormalised }]).unit).toBe('px');
  });
});

describe('the mean face', () => {
  it('does not depend on where faces are and how large', () => {
    const triangle = Float32Array.of(0, 0, 4, 0, 2, 3);
    const other = triangle.map((value, i) => 2 * value + 10 + (i % 2));
    const { shape, size } = meanShape([triangle, other]);
    const alone = meanShape([triangle]);
    expect(size).toBeCloseTo(1.5 * alone.size, 4);
    for (const [i, value] of shape.entries()) expect(value).toBeCloseTo(alone.shape[i]!, 5);
  });

  it('has each point’s own error', () => {
    const [first, second] = face.predictions;
    const shifted = (by: number) => ({
      ...first!,
      predicted: first!.truth.map((value, i) => (i === 2 ? value + by : value)),
    });
    const errors = meanPointErrors([shifted(3), shifted(5), { ...second!, predicted: second!.truth }]);
    expect(errors).toHaveLength(58);
    expect(errors[1]).toBeCloseTo(8 / 3, 4);
    expect(errors[0]).toBe(0);
  });
});

describe('the gallery', () => {
  it('has the best and the worst faces, none twice', async () => {
    const { best, worst } = await gallery(nose, 4);
    const order = [...nose.predictions].sort((a, b) => a.pixels - b.pixels).map(({ name }) => name);
    const names = (cells: typeof best) => cells.map(({ label }) => label.split(',')[0]);
    expect(names(best)).toEqual(order.slice(0, 4));
    expect(names(worst)).toEqual(order.slice(-4).reverse());
    const all = await gallery(nose, 100);
    expect(new Set([...names(all.best), ...names(all.worst)]).size).toBe(12);
    expect(all.best.length + all.worst.length).toBe(12);
  });

  it('draws points on an empty ground where the picture is missing, and survives absurd ones', async () => {
    const [first] = nose.predictions;
    const absurd = { ...first!, name: 'away', predicted: Float32Array.of(1e7, -1e7) };
    const { best } = await gallery({ ...nose, predictions: [absurd] });
    expect(best[0]!.body.html).toContain('#777');
    expect(best[0]!.body.html).not.toMatch(/NaN|undefined/);
    const { best: far } = await gallery({ ...nose, predictions: [{ ...absurd, name: first!.name }] });
    expect(far[0]!.body.html).toContain('data:image/jpeg');
  });

  it('puts points where they are in the picture', async () => {
    // A picture with a white square at (100, 60), kept at half size from (20, 10) on.
    const [width, height] = [120, 80];
    const pixels = Buffer.alloc(width * height);
    for (let y = -3; y <= 3; y++) for (let x = -3; x <= 3; x++) pixels[(25 + y) * width + 40 + x] = 255;
    const file = join(base, 'square.png');
    await sharp(pixels, { raw: { width, height, channels: 1 } })
      .png()
      .toFile(file);
    const at = Float32Array.of(100, 60);
    const one = { ...nose.predictions[0]!, truth: at, predicted: at };
    const pictures = new Map([[one.name, { file, scale: 0.5, left: 20, top: 10 }]]);
    const { best } = await gallery({ ...nose, predictions: [one], pictures });
    const svg = best[0]!.body.html;
    const [, cx, cy] = /<circle cx="([\d.]+)" cy="([\d.]+)"/.exec(svg)!.map(Number);
    // Without the marks the square's middle is where they were.
    const bare = svg.replace(/<circle[^>]*>|<path[^>]*>/g, '');
    const png = toPng(`<svg xmlns="http://www.w3.org/2000/svg" width="210" height="210">${bare}</svg>`, 1);
    const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
    let [sum, sx, sy] = [0, 0, 0];
    for (let i = 0; i < info.width * info.height; i++) {
      const weight = data[i * info.channels]! > 128 ? 1 : 0;
      sum += weight;
      sx += weight * (i % info.width);
      sy += weight * Math.floor(i / info.width);
    }
    expect(Math.abs(sx / sum - cx!)).toBeLessThan(2);
    expect(Math.abs(sy / sum - cy!)).toBeLessThan(2);
  });
});

describe('the sheet of samples', () => {
  it('enlarges small inputs, each pixel a square, with the point on its pixel', async () => {
    const [width, height] = [60, 80];
    const planes = new Float32Array(3 * width * height);
    const [x, y] = [30, 20];
    planes[y * width + x] = 7; // red, and brighter than white
    const points = Float32Array.of(x + 5, y);
    const sample = { width, height, channels: 3 as const, planes, points, contours: [], caption: 'one & <two>' };
    const svg = await sampleSheet([sample, sample]);
    expect(shownText(svg)).toContain('one & <two>');
    const { data, info } = await sharp(toPng(svg, 1)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const find = (is: (r: number, g: number, b: number) => boolean) => {
      const found: [number, number][] = [];
      for (let i = 0; i < info.width * info.height; i++) {
        const [r, g, b] = [data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!];
        if (i % info.width < info.width / 2 && Math.floor(i / info.width) > 50 && is(r, g, b)) {
          found.push([i % info.width, Math.floor(i / info.width)]);
        }
      }
      return found;
    };
    const red = find((r, g, b) => r === 255 && g === 0 && b === 0);
    expect(red).toHaveLength(16);
    const green = find((r, g, b) => g > 120 && r < 80 && b < 100);
    const middle = (pixels: [number, number][], axis: 0 | 1) => mean(pixels.map((pixel) => pixel[axis]));
    expect(Math.abs(middle(green, 0) - middle(red, 0) - 5 * 4)).toBeLessThan(0.6);
    expect(Math.abs(middle(green, 1) - middle(red, 1))).toBeLessThan(0.6);
  });
});
