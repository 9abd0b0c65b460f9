import { basename, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { Score } from '../metrics/score.js';
import { flatRecipe } from './flat-recipe.js';
import { type Html, html } from './html.js';
import { count, counted, duration, nothing, number, quantity } from './number.js';
import { headline, properties, section, table } from './page.js';
import type { RunFolder } from './read-run.js';

/** Title, the figures that matter, and what to make of them. */
export function runHead({ folder, info, epochs, evaluation }: RunFolder): Html {
  const planned = info.recipe.train.epochs;
  const last = epochs.at(-1);
  const title = html`<header><h1>${info.name}</h1>
<p class="soft">${basename(resolve(folder))}: trained on ${info.data.name}, ${counted(info.data.train, 'face')}; validated on ${count(info.data.validation)} others.</p>
<p>${info.recipe.about}</p>
`;
  if (evaluation === undefined) {
    const error = last && `: ${quantity(last.validationPixels.mean, 'px')} on the validation pictures`;
    return html`${title}<p><strong>Not ended.</strong> ${last ? `Epoch ${last.epoch} of ${planned} is done${error}.` : 'No epoch is done yet.'} This page shows what there is so far.</p></header>
`;
  }
  const { best, last: final, floor } = evaluation;
  const cards = [
    {
      name: 'mean error',
      value: quantity(best.pixels.mean, 'px'),
      about: `on ${counted(best.faces, 'face')}, epoch ${best.epoch}`,
    },
    { name: 'median error', value: quantity(best.pixels.median, 'px'), about: 'half of the faces are better' },
    ...(best.nme === null
      ? []
      : [{ name: 'mean NME', value: quantity(best.nme.mean, '%'), about: `of ${best.nme.normaliser}` }]),
    { name: 'last epoch', value: quantity(final.pixels.mean, 'px'), about: `mean error, epoch ${final.epoch}` },
    {
      name: 'floor',
      value: quantity(floor.pixels.mean, 'px'),
      about: floorAbout(floor.pixels.mean / best.pixels.mean),
    },
  ];
  return html`${title}${headline(cards)}<p>${choiceRemark(best, final)}</p>
${scores(best, final, floor)}</header>
`;
}

function floorAbout(factor: number): string {
  const always = 'always answering with the mean face';
  return Number.isFinite(factor) ? `${always}: ${number(factor)} times this model’s` : always;
}

/** The epoch was chosen on the pictures that then measure it. */
function choiceRemark(best: Score & { epoch: number }, last: Score & { epoch: number }): string {
  if (best.epoch === last.epoch)
    return 'The last epoch was also the one of least validation loss, so that nothing was gained by choosing.';
  return `The model has the weights of epoch ${best.epoch}, chosen for its loss on the very validation pictures that measure it here: that flatters it. The last epoch was not chosen; it has ${quantity(last.pixels.mean, 'px')}.`;
}

function scores(best: Score & { epoch: number }, last: Score & { epoch: number }, floor: Score): Html {
  const share = (value: number | null) => (value === null ? nothing : quantity(100 * value, '%'));
  const row = (name: string, of: (score: Score) => string) => [name, of(best), of(last), of(floor)];
  const normaliser = best.nme?.normaliser;
  return table(
    ['validation', `best (epoch ${best.epoch})`, `last (epoch ${last.epoch})`, 'floor'],
    [
      row('mean error', ({ pixels }) => quantity(pixels.mean, 'px')),
      row('median error', ({ pixels }) => quantity(pixels.median, 'px')),
      ...(normaliser === undefined
        ? []
        : [
            row('mean NME', ({ nme }) => quantity(nme?.mean, '%')),
            row('median NME', ({ nme }) => quantity(nme?.median, '%')),
            row('NME above 8 %', ({ fr8 }) => share(fr8)),
            row('NME above 10 %', ({ fr10 }) => share(fr10)),
            row('area under the curve to 8 %', ({ auc8 }) => number(auc8)),
          ]),
      row('mean squared error (unit square)', ({ mse }) => number(mse)),
    ],
  );
}

/** Settings, data, machine, versions, and how to train the same again. */
export function whatWasTrained({ info, epochs }: RunFolder): Html | undefined {
  const { recipe, data, versions, machine } = info;
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const command = (info as { command?: string }).command ?? `fiducial train ${recipe.name}.yaml --data ${data.folder}`;
  return section(
    'What was trained',
    properties([
      ['data', `${data.name} (${data.folder})`],
      ['faces', `${count(data.train)} train, ${count(data.validation)} validation`],
      ['points', `${count(recipe.data.points?.length ?? info.markup.points.length)} of ${info.markup.name}`],
      ['data fingerprint', data.fingerprint.slice(0, 16)],
      ['time', epochs.length > 0 ? `${duration(seconds)}, ${counted(epochs.length, 'epoch')}` : nothing],
      ['machine', machine],
      ['versions', `fiducial ${versions.fiducial}, onnxruntime ${versions.onnxruntime}, Node ${versions.node}`],
    ]),
    html`<h3>Recipe</h3>
${properties(flatRecipe(recipe))}
<details><summary>To train the same again</summary><p>Save this as <code>${recipe.name}.yaml</code>, then <code>${command}</code></p>
<pre>${stringify(recipe)}</pre></details>
`,
  );
}
