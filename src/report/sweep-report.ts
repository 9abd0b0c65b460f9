import { basename, join, resolve } from 'node:path';
import { writeWhole } from '../files.js';
import { cumulativeError } from './cumulative-error.js';
import { saveFigure } from './figure.js';
import { folderFiles } from './folder-files.js';
import { type Html, html } from './html.js';
import { hyperparameters } from './hyperparameters.js';
import { count, counted, duration, nothing, number, quantity } from './number.js';
import { drawn, headline, page, properties, section, table } from './page.js';
import { readSweep, type Sweep, settingText, shortKeys } from './read-sweep.js';
import { outcome, type SweepRow, sweepRows } from './sweep-rows.js';
import { sweepSentence } from './sweep-sentence.js';
import { range, sweepCells, sweepCsv, sweepMarkdown } from './sweep-table.js';
import { sweptCurves } from './swept-curves.js';
import { slug } from './text.js';

/**
 * Compares the runs of a sweep: writes `table.csv`, `table.md`, `figures/` and `report.html`, one self-contained page;
 * also while runs are missing or in training. Returns the page's path.
 * Throws an InputError that names the file and line that cannot be read, or the file that cannot be written.
 */
export function writeSweepReport(folder: string): string {
  const sweep = readSweep(folder);
  const keys = Object.keys(sweep.over);
  const rows = sweepRows(sweep);
  writeWhole(join(folder, 'table.csv'), sweepCsv(keys, rows));
  writeWhole(join(folder, 'table.md'), sweepMarkdown(keys, rows));

  const save = (name: string, svg: string | undefined): string | undefined => {
    if (svg !== undefined) saveFigure(join(folder, 'figures'), name, svg);
    return svg;
  };
  const dots = keys.map((key) => save(`hyperparameters-${slug(key)}`, hyperparameters(sweep, key)));
  const curves = keys.map((key) => save(`curves-${slug(key)}`, sweptCurves(sweep, key)));
  const cumulative = save('cumulative-error', cumulativeOf(rows));

  const { head, cells } = sweepCells(keys, rows, shortKeys(keys));
  const file = join(folder, 'report.html');
  const body = [
    sweepHead(sweep, rows),
    section(
      'Results',
      table(head, cells),
      html`<p class="soft">Least error first; medians over the seeds. Best: with the weights of the epoch of least validation loss.</p>`,
    ),
    section(
      'Hyperparameters',
      dots.some((svg) => svg !== undefined) && html`<div class="pair">${dots.map(drawn)}</div>`,
    ),
    section(
      'Loss curves',
      curves.some((svg) => svg !== undefined) && html`<div class="pair">${curves.map(drawn)}</div>`,
    ),
    section('How many fail', drawn(cumulative)),
    section('Runs', runTable(sweep, keys)),
    section(
      'Files',
      properties(
        folderFiles(
          folder,
          sweep.runs.map(({ name }) => name),
        ),
      ),
    ),
  ];
  writeWhole(file, page(`${sweep.recipe} · ${basename(resolve(folder))}`, body));
  return file;
}

function sweepHead({ folder, recipe, over, runs }: Sweep, rows: readonly SweepRow[]): Html {
  const ended = rows.reduce((sum, row) => sum + row.ended, 0);
  const [best] = rows;
  const varied = Object.entries(over).map(
    ([key, values]) => html`<li><code>${key}</code>: ${values.map(settingText).join(', ')}</li>`,
  );
  return html`<header><h1>${recipe}: hyperparameters</h1>
<p class="soft">${basename(resolve(folder))}: ${counted(runs.length, 'run')}, ${ended === runs.length ? 'all ended' : `${count(ended)} ended`}.</p>
<ul>${varied}</ul>
${best && Number.isFinite(best.bestPixels.median) && html`${headline(cards(best))}<p>${sweepSentence(rows)}</p>`}</header>
`;
}

const cards = ({ name, bestPixels, lastPixels, seconds, runs }: SweepRow) => [
  { name: 'best setting', value: quantity(bestPixels.median, 'px'), about: name },
  ...(runs.length > 1
    ? [{ name: 'over its seeds', value: range(bestPixels, runs.length), about: `px, ${counted(runs.length, 'seed')}` }]
    : []),
  { name: 'its last epoch', value: quantity(lastPixels.median, 'px'), about: 'not chosen on the validation pictures' },
  { name: 'time', value: duration(seconds.median), about: 'for a run of it' },
];

/** One run a setting, that of its least seed, for as many settings as can be told apart. */
function cumulativeOf(rows: readonly SweepRow[]): string | undefined {
  const chosen = rows.slice(0, 8).flatMap(({ name, runs }) => {
    const [first] = runs.filter(({ run }) => run && run.predictions.length > 0).sort((a, b) => a.seed - b.seed);
    return first?.run ? [{ name, run: first.run }] : [];
  });
  if (chosen.length === 0) return undefined;
  return cumulativeError(
    chosen.map(({ run }) => run),
    chosen.map(({ name }) => name),
  );
}

const runTable = ({ runs }: Sweep, keys: readonly string[]): Html =>
  table(
    ['run', ...shortKeys(keys), 'seed', 'state', 'epochs', 'best (px)', 'last (px)', 'seconds'],
    runs.map(({ name, settings, seed, run }) => {
      const { bestPixels, lastPixels, seconds } = outcome(run);
      const state = run === undefined ? 'not begun' : run.evaluation === undefined ? 'not ended' : 'ended';
      const epochs = run ? count(run.epochs.length) : nothing;
      return [
        name,
        ...keys.map((key) => settingText(settings[key])),
        String(seed),
        state,
        epochs,
        ...[bestPixels, lastPixels, seconds].map(number),
      ];
    }),
  );
