import type { Score } from '../metrics/score.js';
import type { ComparedRun } from './compared-run.js';
import { type Content, type Html, html } from './html.js';
import { count, duration, nothing, number, quantity } from './number.js';
import { table } from './page.js';
import type { RunFolder } from './read-run.js';
import { judgedAlike } from './same-faces.js';
import { outcome } from './sweep-rows.js';

interface Row {
  readonly name: string;
  readonly of: (run: RunFolder) => number | null | undefined;
  readonly shown?: (value: number) => string;
  /** Which value is the best one. */
  readonly best?: 'least' | 'greatest';
}

const percent = (share: number) => quantity(100 * share, '%');

/** Rows of the validation faces with the best epoch's weights. */
const bestRow = (name: string, of: (score: Score) => number | null | undefined, rest: Partial<Row> = {}): Row => ({
  name,
  of: ({ evaluation }) => evaluation && of(evaluation.best),
  best: 'least',
  ...rest,
});

const rows: readonly Row[] = [
  { name: 'mean error (px)', of: (run) => outcome(run).bestPixels, best: 'least' },
  bestRow('median error (px)', ({ pixels }) => pixels.median),
  bestRow('mean NME (%)', ({ nme }) => nme?.mean),
  bestRow('median NME (%)', ({ nme }) => nme?.median),
  bestRow('NME above 8 %', ({ fr8 }) => fr8, { shown: percent }),
  bestRow('NME above 10 %', ({ fr10 }) => fr10, { shown: percent }),
  bestRow('area under the curve to 8 %', ({ auc8 }) => auc8, { best: 'greatest' }),
  { name: 'mean error, last epoch (px)', of: (run) => outcome(run).lastPixels, best: 'least' },
  { name: 'floor: mean face (px)', of: ({ evaluation }) => evaluation?.floor.pixels.mean },
  { name: 'best epoch', of: ({ epochs }) => epochs.findLast(({ best }) => best)?.epoch, shown: count },
  { name: 'epochs', of: ({ epochs }) => epochs.at(-1)?.epoch, shown: count },
  { name: 'time', of: (run) => outcome(run).seconds, shown: duration },
  { name: 'parameters', of: ({ summary }) => parameters(summary), shown: count },
];

/** The runs as columns; the best of a row is bold, where all were judged alike. */
export function comparisonTable(runs: readonly ComparedRun[]): Html {
  const alike = judgedAlike(runs).some(({ length }) => length === runs.length);
  const cells = rows.map((row): Content[] => {
    const values = runs.map(({ run }) => row.of(run) ?? Number.NaN);
    const finite = values.filter(Number.isFinite);
    const best = row.best === 'greatest' ? Math.max(...finite) : Math.min(...finite);
    const bold = (value: number) =>
      alike && row.best !== undefined && value === best && Math.min(...finite) < Math.max(...finite);
    return [
      row.name,
      ...values.map((value) => {
        const text = Number.isFinite(value) ? (row.shown ?? number)(value) : nothing;
        return bold(value) ? html`<strong>${text}</strong>` : text;
      }),
    ];
  });
  const words = (name: string, of: (run: RunFolder) => string): Content[] => [name, ...runs.map(({ run }) => of(run))];
  return table(
    ['', ...runs.map(({ name }) => name)],
    [
      words('state', ({ evaluation }) => (evaluation === undefined ? 'not ended' : 'ended')),
      ...cells,
      words('network', ({ info: { recipe } }) => recipe.model.name),
      words('input', ({ info: { recipe } }) => inputText(recipe.input)),
      words('points', ({ points }) => count(points.names.length)),
      words('faces: train', ({ info }) => count(info.data.train)),
      words('faces: validation', ({ info }) => count(info.data.validation)),
    ],
  );
}

const inputText = ({ channels, width, height }: RunFolder['info']['recipe']['input']): string =>
  `${width}×${height} ${channels === 1 ? 'grey' : 'RGB'}`;

/** As the layer table sums them up. */
function parameters(summary: string | undefined): number | undefined {
  const [, digits] = /^Total params: ([\d,]+)/m.exec(summary ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits.replaceAll(',', ''));
}
