import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { breakdown, tagOf, tagsOf } from '../breakdown.js';
import { comparedCurves } from '../compared-curves.js';
import { comparisonSentence } from '../comparison-sentence.js';
import { comparisonTable } from '../comparison-table.js';
import { errorByTag } from '../error-by-tag.js';
import { faceMeasure } from '../error-measure.js';
import { gallery } from '../gallery.js';
import { type Content, type Html, html } from '../html.js';
import { lossCurves } from '../loss-curves.js';
import { count, counted } from '../number.js';
import { drawn, embedded } from '../page.js';
import { figuresIn, figuresNamed, type RunFolder } from '../read-run.js';
import { predictionCells } from '../run-predictions.js';
import { judgedAlike } from '../same-faces.js';
import { tagSentence } from '../tag-sentence.js';
import { album } from './album.js';
import type { Caption } from './captions.js';
import type { StoryPart } from './parts.js';
import { inputSentence, lossSentence, resultSentence } from './sentences.js';

/** Of a deep network only its first layer has filters that show something. */
const mostSheets = 6;

/** A part of the story: what the seed project tells of it, in its order. @param number from 1 */
export async function partPage(part: StoryPart, number: number, caption: Caption): Promise<Html> {
  const { main, title } = part;
  const { info, summary } = main;
  const larger = number > 1 && title.startsWith('Training with');
  const samples = join(main.folder, 'samples.png');
  const augmented = info.recipe.augment === undefined ? 'as they are' : 'as augmentation varies them';
  return html`<section><h2>Part ${count(number)}: ${title}</h2>
<p>${info.recipe.about} Trained on ${info.data.name}, ${counted(info.data.train, 'face')}; ${count(info.data.validation)} faces of others are kept apart.</p>
<p>${inputSentence(main)}</p>
<p>${resultSentence(main)}</p>
<h3>Sampled images from the dataloader</h3>
${existsSync(samples) ? caption(embedded(samples, 'Training samples with their points', true), `Training samples ${augmented}; the true points as green dots.`) : missing('fiducial train', 'draws the sheet when it ends')}
<h3>Model architecture</h3>
${summary === undefined ? missing('fiducial summary', 'prints the layer table') : html`<pre class="layers">${summary}</pre>`}
<h3>${larger || number > 1 ? 'Training and validation loss' : 'Loss curves and hyperparameter results'}</h3>
<p>${lossSentence(lastStage(main))}</p>
${caption(drawn(lossCurves(main)), 'Losses and the validation error in pixels by epoch; the dashed line is the error of the mean face.')}
${hyperparameters(main, caption)}${comparison(part, caption)}
${await (larger ? largePredictions(main, caption) : predictions(main, caption))}
${learnedFeatures(main, caption)}</section>
`;
}

/** Losses at other input sizes do not compare: the epochs at the last one, or all where it has not begun. */
function lastStage({ epochs, info }: RunFolder): RunFolder['epochs'] {
  const before = (info.recipe.train.stages ?? []).reduce((sum, stage) => sum + stage.epochs, 0);
  const last = epochs.filter(({ epoch }) => epoch > before);
  return last.length > 0 ? last : epochs;
}

const missing = (command: string, does: string): Html =>
  html`<p class="soft">Not there yet: <code>${command}</code> ${does}.</p>
`;

function hyperparameters({ folder }: RunFolder, caption: Caption): Content {
  return figuresNamed(folder, 'hyperparameters').map((file) => {
    const key = basename(file)
      .replace(/^hyperparameters-|\.\w+$/g, '')
      .replaceAll('-', '.');
    return caption(
      embedded(file, `Validation error by ${key}`),
      `The sweep over ${key}: validation error of each training.`,
    );
  });
}

/** The part's other runs beside its first, where they were judged on the same faces. */
function comparison({ runs }: StoryPart, caption: Caption): Content {
  if (runs.length < 2) return undefined;
  const groups = judgedAlike(runs);
  return html`<h3>Beside ${runs.length === 2 ? 'another training' : 'other trainings'}</h3>
${groups.map((group) => html`<p>${comparisonSentence(group)}</p>`)}
${comparisonTable(runs)}
${caption(drawn(comparedCurves(runs)), `The curves of ${runs.map(({ name }) => name).join(', ')} over each other.`)}`;
}

async function predictions(run: RunFolder, caption: Caption): Promise<Html> {
  const { best, worst } = await gallery(run);
  const contours = run.points.contours.length > 0;
  return html`<h3>Correct predictions</h3>
${caption(predictionCells(best, contours, 'best first'), 'The validation faces that were found best.') ?? missing('fiducial train', 'draws them when it ends')}
<h3>Incorrect predictions</h3>
${caption(predictionCells(worst, contours, 'worst first'), 'The validation faces that were found worst.') ?? missing('fiducial train', 'draws them when it ends')}
${why(run, caption)}`;
}

/** By which of the tags the errors differ, such as the view. */
function why(run: RunFolder, caption: Caption): Content {
  const measure = faceMeasure(run);
  return tagsOf(run.predictions).map((tag) => {
    const shares = breakdown(run.predictions, (face) => tagOf(face, tag), measure);
    if (shares.length < 2) return undefined;
    return html`<p>${tagSentence(tag, shares, measure)}</p>
${caption(drawn(errorByTag(run, tag)), `The error of each validation face by ${tag}.`)}`;
  });
}

async function largePredictions(run: RunFolder, caption: Caption): Promise<Html> {
  const { folder } = run;
  const at = (name: string) => join(folder, 'figures', name);
  const sheet = (side: string, name: string) =>
    `fiducial gallery ${folder} --data … --split ${side} --out ${at(name)}/sheet.png`;
  const drawing = (name: string) => `fiducial predict ${folder} … --draw ${at(name)}`;
  const shown = async (name: string, command: string, text: string): Promise<Html> =>
    caption(await album(folder, name), text) ?? missing(command, 'puts them here');
  return html`<h3>How it looks on the training set</h3>
${await shown('training', sheet('train', 'training'), 'Faces that the network was trained on, with the points that it finds.')}
<h3>How it looks on the test set</h3>
${await shown('test', sheet('all', 'test'), 'Faces of the test set, with the points found.')}
${studies(run, caption)}
${await predictions(run, caption)}
<h3>Some full-sized examples</h3>
${await shown('full-size', drawing('full-size'), 'Whole pictures.')}
<h3>Trying out my own photos</h3>
${await shown('photos', drawing('photos'), 'Photos from elsewhere.')}
<h3>Bonus cat</h3>
${await shown('cats', drawing('cats'), 'Bonus cat.')}`;
}

/** What the network does where the crop cuts a face, and where faces overlap. */
function studies({ folder }: RunFolder, caption: Caption): Content {
  return ['boundary', 'overlap'].map((kind) => {
    const at = join(folder, 'studies', kind);
    const figures = figuresIn(at).map((file) => {
      const name = basename(file)
        .replace(/\.\w+$/, '')
        .replaceAll('-', ' ');
      return caption(embedded(file, name, true), `The ${kind} study: ${name.replace(`${kind} `, '')}.`);
    });
    return html`<h4>${kind === 'boundary' ? 'Where the crop cuts the face' : 'Where two faces overlap'}</h4>
${figures.length > 0 ? figures : missing(`fiducial study ${kind} ${folder} --data … --out ${at}`, 'measures it and draws it here')}`;
  });
}

function learnedFeatures({ folder }: RunFolder, caption: Caption): Content {
  const sheets = figuresNamed(folder, 'features-');
  if (sheets.length === 0) return undefined;
  const shown = sheets.length > mostSheets ? sheets.slice(0, 1) : sheets;
  return html`<h3>Learned features</h3>
${shown.map((file) => {
  const name = basename(file).replace(/^features-|\.\w+$/g, '');
  return caption(embedded(file, `The filters of ${name}`), `The filters of ${name}.`);
})}`;
}
