import { basename } from 'node:path';
import type { Command } from 'commander';
import { encodeModel } from '../appearance/file.js';
import type { Example, Fitted } from '../appearance/fit.js';
import { type Likeness, likeness } from '../appearance/likeness.js';
import { firstGap } from '../data/choose-points.js';
import { openDataset } from '../data/dataset.js';
import { fingerprint } from '../data/fingerprint.js';
import { findMarkup } from '../data/markup-file.js';
import { readPicture } from '../data/read-picture.js';
import type { Dataset, Sample } from '../data/sample.js';
import { splitByGroup } from '../data/split.js';
import { InputError, UsageError } from '../errors.js';
import { writeWhole } from '../files.js';
import { boxAround } from '../image/box.js';
import { quantile } from '../metrics/quantile.js';
import { fiducialVersion } from './engine.js';
import { positiveWhole } from './options.js';
import { print } from './output.js';
import { progressLine } from './progress.js';

interface Options {
  readonly leaveOut?: string;
  readonly markup?: string;
  readonly modes: number;
  readonly detail: number;
  readonly json?: boolean;
}

/** How many faces are drawn to see whether any is like a picture. */
const drawnToCompare = 500;

export function fitAppearanceCommand(program: Command): void {
  program
    .command('fit-appearance')
    .summary('learn from annotated pictures to draw new faces')
    .description(
      'Fits an appearance model (mean and principal components of points and texture) and writes it with a card; made:FILE is then a data set of faces that nobody has.',
    )
    .argument('<data>', 'a file or folder of annotated pictures')
    .argument('<file.bin>', 'the model to write; its card is written beside it, as FILE.md')
    .option('--leave-out <groups>', 'people or photos that it shall not learn from, such as 33-40')
    .option('--markup <name|file>', 'the scheme of the points, where the data do not say')
    .option('--modes <count>', 'how many ways of differing it keeps', positiveWhole, 50)
    .option('--detail <pixels>', 'how wide the face is in the stored texture', positiveWhole, 120)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  fiducial fit-appearance imm_face_db imm58.bin --leave-out 33-40\n  fiducial train nose --data made:imm58.bin,people=200',
    )
    .action(async (data: string, file: string, options: Options) => {
      if (!file.endsWith('.bin')) throw new UsageError(`${file}: give the model a name that ends in .bin`);
      const markup = options.markup ? { markup: await findMarkup(options.markup) } : {};
      const dataset = await openDataset(data, markup);
      const samples = learnt(dataset, options.leaveOut);
      const examples = samples.map((sample) => exampleOf(sample, dataset));
      const progress = progressLine('pictures');
      const left = options.leaveOut ? ` --leave-out ${options.leaveOut}` : '';
      const command = `fiducial fit-appearance DATA ${basename(file)}${left} --modes ${options.modes} --detail ${options.detail}`;
      // Loaded only here, for it takes as long as all the rest, which other commands need.
      const { fitAppearance } = await import('../appearance/fit.js');
      const fitted = await fitAppearance(examples, {
        name: basename(file, '.bin'),
        markup: dataset.markup,
        terms: dataset.terms ?? 'the data do not say',
        fitted: `${dataset.name}, ${samples.length} pictures; ${command}; fiducial ${fiducialVersion}`,
        modes: options.modes,
        detail: options.detail,
        onFace: progress.update,
      });
      progress.stop();
      const bytes = encodeModel(fitted.model);
      const like = likeness(fitted, examples, drawnToCompare);
      const card = file.replace(/\.bin$/, '.md');
      writeWhole(file, bytes);
      writeWhole(card, cardOf(fitted, like, { dataset: { ...dataset, samples }, command, bytes: bytes.length }));
      const { model, share } = fitted;
      const result = { file, card, pictures: samples.length, modes: model.modes.length, share, bytes: bytes.length };
      print(
        options.json,
        result,
        () =>
          `${file}: ${model.modes.length} modes, ${(100 * share).toFixed(1)} % of the variance of ${samples.length} pictures`,
      );
    });
}

function learnt(dataset: Dataset, leaveOut: string | undefined): readonly Sample[] {
  const samples = leaveOut === undefined ? dataset.samples : splitByGroup(dataset, { groups: leaveOut }).train;
  if (samples.length < 3)
    throw new InputError(`${dataset.name}: has ${samples.length} faces; a model needs many, at least 3`);
  return samples;
}

function exampleOf(sample: Sample, { name }: Dataset): Example {
  const { points, group, tags } = sample;
  if (!points) throw new InputError(`${sample.picture}: has no points in ${name}; the model needs them on every face`);
  const gap = firstGap(sample, undefined);
  if (gap !== undefined) {
    throw new InputError(`${sample.picture}: point ${gap} is not annotated in ${name}; leave the face out`);
  }
  const { width, height } = boxAround(points);
  if (!(width > 0 && height > 0)) {
    throw new InputError(`${sample.picture}: all its points lie on a line; a model needs points that span the face`);
  }
  return { points, read: () => readPicture(sample, { channels: 1 }), person: group, view: tags.view ?? '' };
}

interface About {
  readonly dataset: Dataset;
  readonly command: string;
  readonly bytes: number;
}

function cardOf(
  { model, share }: Fitted,
  { drawn, people, same }: Likeness,
  { dataset, command, bytes }: About,
): string {
  const { frame, modes, population, picture } = model;
  const groups = new Set(dataset.samples.map(({ group }) => group)).size;
  const row = (label: string, values: readonly number[]) =>
    values.length > 0
      ? `| ${label} | ${quantile(values, 0.5).toFixed(2)} | ${quantile(values, 0.95).toFixed(2)} | ${Math.max(...values).toFixed(2)} |\n`
      : '';
  return `# ${model.name}

An appearance model: the mean and the principal components of faces' points and of their texture with the shape taken away, from which
new faces are drawn (\`made:${model.name}\` or \`made:${model.name}.bin\` as a data set).

| | |
| --- | --- |
| file | \`${model.name}.bin\`, ${(bytes / 1e6).toFixed(2)} MB |
| points | ${model.meanShape.length / 2} of ${dataset.markup.name} |
| texture | grey, ${frame.width}×${frame.height} |
| draws | pictures of ${picture.width}×${picture.height} |
| modes | ${modes.length}, which hold ${(100 * share).toFixed(1)} % of the variance of the pictures, and how they scatter: the means of ${population.views.length} views, ${population.persons.length} axes between people, ${population.pictures.length} within |
| fitted to | ${dataset.name}, ${dataset.samples.length} pictures of ${groups} groups; annotation SHA-256 ${fingerprint(dataset).slice(0, 16)}… |
| command | \`${command}\` |
| version | fiducial ${fiducialVersion} |
| terms | ${model.terms} |

It holds no picture and nothing of one person: means, modes, and axes along which all differ. Is a drawn face like a picture that it was
fitted to? Correlation of what differs from the mean face, within the points, with the most like picture (a copy would have 1):

| | median | 95th percentile | most |
| --- | --- | --- | --- |
${row(`${drawn.length} drawn faces, with any picture`, drawn)}${row('each picture, with those of other groups', people)}${row('each picture, with the others of its group', same)}
The model is derived from the data and is under their terms, and so is what is drawn from it or trained on it; the code's licence
does not cover them.
`;
}
