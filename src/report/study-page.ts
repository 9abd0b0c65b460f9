import { join } from 'node:path';
import type { Contour } from '../data/markup.js';
import type { BoundaryResult } from '../evaluate/boundary.js';
import type { OverlapResult } from '../evaluate/overlap.js';
import { writeWhole } from '../files.js';
import { acrossBorder, boundaryErrors, boundaryShares } from './boundary-figures.js';
import { exampleStrip } from './example-strip.js';
import { saveFigure } from './figure.js';
import { type Content, type Html, html } from './html.js';
import { number, quantity } from './number.js';
import { overlapBorder, overlapErrors, overlapFollowed } from './overlap-figures.js';
import { drawn, embedded, page, section, table } from './page.js';
import { type Studied, smallPercent } from './studied.js';
import { slug } from './text.js';

/** What a study's figures are drawn from. */
export interface StudyData<T> {
  readonly models: readonly Studied<T>[];
  readonly contours: readonly Contour[];
  /** The data set, how many of its faces, and what errors are divided by, in words. */
  readonly data: string;
  readonly faces: number;
  readonly scale: string;
}

/** Writes the figures and `index.html`, one self-contained page, of a boundary study. @returns the page's path */
export async function writeBoundaryPage(folder: string, study: StudyData<BoundaryResult>): Promise<string> {
  const { models, contours, scale } = study;
  const save = saver(folder);
  const strips = await stripsOf(folder, models, contours, {
    title: 'Crops that cut faces',
    note: 'The bright square is all that the network sees; the dark part is for the reader alone.',
  });
  return writePage(folder, 'Boundary study', study, [
    ...models.map((model) => html`<p>${boundarySentence(model)}</p>\n`),
    section('Error inside and outside', drawn(save('boundary-error', boundaryErrors(models, scale)))),
    section(
      'The border',
      html`<div class="pair">${drawn(save('boundary-share', boundaryShares(models)))}${drawn(save('boundary-across', acrossBorder(models)))}</div>`,
    ),
    section('Examples', strips),
    section('Numbers', ...models.map(boundaryTable)),
  ]);
}

function boundarySentence({ name, result }: Studied<BoundaryResult>): string {
  const step = result.steps.find(({ cut }) => cut === 0.25)!;
  const { inside, outside, border } = step;
  const times = outside ? outside.median / inside.median : Number.NaN;
  return `${name}: with a quarter of the points outside the crop, the median error of these is ${quantity(outside?.median, '%')}, ${number(times)} times that of the points inside (${quantity(inside.median, '%')}). ${smallPercent(border.predicted)} of the predicted points lie within 1 % of the border, of the true ones ${smallPercent(border.truth)}.`;
}

const boundaryTable = ({ name, result }: Studied<BoundaryResult>): Html =>
  html`<h3>${name}</h3>${table(
    ['outside', 'points in', 'median (%)', 'mean (%)', 'points out', 'median (%)', 'mean (%)', 'at border', 'truth'],
    result.steps.map(({ cut, inside, outside, border }) => [
      smallPercent(cut),
      String(inside.points),
      number(inside.median),
      number(inside.mean),
      String(outside?.points ?? 0),
      number(outside?.median),
      number(outside?.mean),
      smallPercent(border.predicted),
      smallPercent(border.truth),
    ]),
  )}`;

/** The same of an overlap study. */
export async function writeOverlapPage(folder: string, study: StudyData<OverlapResult>): Promise<string> {
  const { models, contours, scale } = study;
  const save = saver(folder);
  const strips = await stripsOf(folder, models, contours, {
    title: 'Two faces, overlapping',
    note: 'By row the crop round both frames, round the upper one, round the lower one; it is bright. Below: the overlap, and who is followed.',
  });
  const followed = models.map((model) => {
    const name = models.length > 1 ? `overlap-followed-${slug(model.name)}` : 'overlap-followed';
    return drawn(save(name, overlapFollowed(model)));
  });
  return writePage(folder, 'Overlap study', study, [
    ...models.map((model) => html`<p>${overlapSentence(model)}</p>\n`),
    section('Which face is followed', html`<div class="pair">${followed}</div>`),
    section(
      'Error, and the border',
      html`<div class="pair">${drawn(save('overlap-error', overlapErrors(models, scale)))}${drawn(save('overlap-border', overlapBorder(models)))}</div>`,
    ),
    section('Examples', strips),
    section('Numbers', ...models.map(overlapTable)),
  ]);
}

function overlapSentence({ name, result }: Studied<OverlapResult>): string {
  const at = (ratio: number, view: string) => result.steps.find((step) => step.ratio === ratio && step.view === view)!;
  const [apart, half] = [at(0, 'both'), at(0.5, 'lower')];
  const most = Math.max(...result.steps.map(({ border }) => border));
  return `${name}: with both faces in the crop side by side, ${smallPercent(apart.followed.upper + apart.followed.lower)} of the predictions follow one of them and the others none. Where the crop frames a face that another covers by half, ${smallPercent(half.followed.lower)} stay with it, and ${smallPercent(half.followed.upper)} go over to the one that covers it. At most ${smallPercent(most)} of the points lie within 1 % of the border.`;
}

const overlapTable = ({ name, result }: Studied<OverlapResult>): Html =>
  html`<h3>${name}</h3>${table(
    ['overlap, crop', 'upper', 'lower', 'neither', 'error to upper (%)', 'to lower (%)', 'to nearer (%)', 'at border'],
    result.steps.map(({ ratio, view, followed, error, border }) => [
      `${smallPercent(ratio)}, ${view}`,
      smallPercent(followed.upper),
      smallPercent(followed.lower),
      smallPercent(followed.neither),
      number(error.upper),
      number(error.lower),
      number(error.nearer),
      smallPercent(border),
    ]),
  )}`;

type Save = (name: string, svg: string) => string;

const saver =
  (folder: string): Save =>
  (name, svg) => {
    saveFigure(folder, name, svg);
    return svg;
  };

async function stripsOf(
  folder: string,
  models: readonly Studied<BoundaryResult | OverlapResult>[],
  contours: readonly Contour[],
  words: { readonly title: string; readonly note: string },
): Promise<Html[]> {
  const strips: Html[] = [];
  for (const { name, result } of models) {
    const title = models.length > 1 ? `${words.title}: ${name}` : words.title;
    const strip = await exampleStrip(result.examples, contours, { ...words, title });
    const file = models.length > 1 ? `examples-${slug(name)}` : 'examples';
    saveFigure(folder, file, strip);
    strips.push(embedded(join(folder, `${file}.png`), title, true));
  }
  return strips;
}

function writePage(folder: string, title: string, study: StudyData<unknown>, body: Content[]): string {
  const file = join(folder, 'index.html');
  const head = html`<header><h1>${title}</h1>
<p class="soft">${study.models.map(({ name }) => name).join(', ')} on ${String(study.faces)} faces of ${study.data}; errors in percent of the ${study.scale}.</p></header>
`;
  writeWhole(file, page(title, [head, ...body]));
  return file;
}
