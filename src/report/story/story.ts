import { extname } from 'node:path';
import { writeWhole } from '../../files.js';
import { comparedRuns } from '../compared-run.js';
import { type Html, html } from '../html.js';
import { count, duration, number, quantity } from '../number.js';
import { page, table } from '../page.js';
import { captions } from './captions.js';
import { storyMarkdown } from './markdown.js';
import { partPage } from './part-page.js';
import { type StoryPart, storyParts } from './parts.js';
import { conclusion } from './sentences.js';

/** Whether runs tell a story of several parts: they learnt different points, or from different data. */
export const isStory = (runFolders: readonly string[]): boolean => storyParts(comparedRuns(runFolders)).length > 1;

/**
 * Tells the whole story of several trainings on one self-contained page, a part for each that learnt something else, in the
 * order given; further runs of a part stand beside its first. All of it is read from the run folders. A file that ends in
 * `.md` gets the text alone, without figures. Returns the file.
 * @param runFolders at most eight, each once
 * Throws an InputError that names the file and line that cannot be read, or the file that cannot be written.
 */
export async function writeStory(runFolders: readonly string[], file: string): Promise<string> {
  const parts = storyParts(comparedRuns(runFolders));
  const caption = captions();
  const sections: Html[] = [];
  for (const [i, part] of parts.entries()) sections.push(await partPage(part, i + 1, caption));
  const title = 'Facial keypoint detection with neural networks';
  const body = html`<header><h1>${title}</h1></header>
${overview(parts)}
${sections}
<section><h2>Conclusion</h2>
${conclusion(parts).map((text) => html`<p>${text}</p>\n`)}</section>
`;
  const text = page(title, body);
  writeWhole(file, extname(file) === '.md' ? storyMarkdown(text) : text);
  return file;
}

function overview(parts: readonly StoryPart[]): Html {
  const listed = parts.map(({ title, main: { info, points } }, i) => {
    const what = points.names.length === 1 ? `one point, ${points.names[0]}` : `${points.names.length} points`;
    return `Part ${i + 1}, ${title.toLowerCase()}: ${what}, by ${info.recipe.model.name} on ${info.data.name}.`;
  });
  return html`<section><h2>Overview</h2>
<p>In this project neural networks find the points of faces. ${listed.join(' ')}</p>
${results(parts)}
<p class="soft">Errors are the mean distance of a face’s points from their true places, in pixels of the pictures as they are, over faces that training did not see. Pictures of parts differ in size, and so do their pixels: compare with the floor, what always answering with the mean face gives.</p></section>
`;
}

function results(parts: readonly StoryPart[]): Html {
  const rows = parts.map(({ title, main: { info, points, epochs, evaluation, summary } }, i) => {
    const parameters = /^Total params: ([\d,]+)/m.exec(summary ?? '')?.[1] ?? '–';
    return [
      `${i + 1}. ${title}`,
      info.recipe.model.name,
      parameters,
      count(points.names.length),
      `${count(info.data.train)} / ${count(info.data.validation)}`,
      `${number(evaluation?.best.pixels.mean)} / ${number(evaluation?.best.pixels.median)}`,
      quantity(evaluation?.best.nme?.mean, '%'),
      number(evaluation?.last.pixels.mean),
      number(evaluation?.floor.pixels.mean),
      duration(epochs.reduce((sum, { seconds }) => sum + seconds, 0)),
    ];
  });
  return table(
    [
      'part',
      'network',
      'parameters',
      'points',
      'faces: train / held out',
      'error, mean / median (px)',
      'NME',
      'last epoch (px)',
      'floor (px)',
      'time',
    ],
    rows,
  );
}
