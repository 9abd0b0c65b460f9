import * as Plot from '@observablehq/plot';
import { zeroDomain } from './axes.js';
import { breakdown, tagOf, tagsOf } from './breakdown.js';
import type { ComparedRun } from './compared-run.js';
import type { ErrorMeasure } from './error-measure.js';
import { figure, figureWidth, panel } from './figure.js';
import { type Html, html } from './html.js';
import { count, number } from './number.js';
import { drawn, table } from './page.js';
import { sharedMeasure } from './same-faces.js';
import { shorten, textWidth } from './text.js';

const mostValues = 30;
const rowHeight = 30;

/** The mean error of the faces that share a tag's value, in each run. */
interface ValueRow {
  readonly value: string;
  readonly faces: number;
  /** One a run. */
  readonly means: readonly number[];
}

/** Mean errors by each tag, such as `view`, the runs beside each other. @param runs judged alike */
export function comparedTags(runs: readonly ComparedRun[]): Html[] {
  const measure = sharedMeasure(runs.map(({ run }) => run));
  const [first, ...others] = runs.map(({ run }) => tagsOf(run.predictions));
  const tags = (first ?? []).filter((tag) => others.every((each) => each.includes(tag)));
  return tags.map((tag) => {
    const rows = valueRows(runs, tag, measure);
    const cells = rows.map(({ value, faces, means }) => [value, count(faces), ...means.map(number)]);
    const head = [tag, 'faces', ...runs.map(({ name }) => `${name} (${measure.unit})`)];
    return html`<h3>By ${tag}</h3>
<div class="pair">${table(head, cells)}${drawn(tagFigure(runs, tag, rows, measure))}</div>
`;
  });
}

function valueRows(runs: readonly ComparedRun[], tag: string, measure: ErrorMeasure): ValueRow[] {
  const [first, ...others] = runs.map(({ run }) => breakdown(run.predictions, (face) => tagOf(face, tag), measure));
  return first!.map(({ value, faces, mean }) => ({
    value,
    faces: faces.length,
    means: [mean, ...others.map((shares) => shares.find((share) => share.value === value)?.mean ?? Number.NaN)],
  }));
}

function tagFigure(runs: readonly ComparedRun[], tag: string, all: readonly ValueRow[], measure: ErrorMeasure): string {
  const greatest = ({ means }: ValueRow) => Math.max(...means.filter(Number.isFinite));
  const rows = all.length > mostValues ? [...all].sort((a, b) => greatest(b) - greatest(a)).slice(0, mostValues) : all;
  const label = new Map(rows.map(({ value }) => [value, shorten(value, 200, 12)]));
  const dots = rows.flatMap(({ value, means }) => means.map((mean, i) => ({ value, mean, colour: runs[i]!.colour })));
  const spans = rows.map((row) => ({ ...row, low: Math.min(...row.means), high: greatest(row) }));
  const body = panel({
    width: figureWidth,
    height: rows.length * rowHeight + 66,
    marginLeft: Math.max(40, ...[...label.values()].map((text) => textWidth(text, 12) + 14)),
    marginRight: 18,
    marginTop: 8,
    marginBottom: 40,
    x: { domain: zeroDomain(dots.map(({ mean }) => mean)), label: measure.label, grid: true } as Plot.ScaleOptions,
    y: {
      domain: rows.map(({ value }) => value),
      label: null,
      tickFormat: (value: string) => label.get(value)!,
      tickSize: 0,
    },
    marks: [
      Plot.ruleY(spans, { y: 'value', x1: 'low', x2: 'high', strokeWidth: 2, strokeOpacity: 0.3 }),
      Plot.dot(dots, { y: 'value', x: 'mean', fill: 'colour', stroke: '#fff', strokeWidth: 0.8, r: 5.5 }),
    ],
  });
  const left = all.length - rows.length;
  return figure([body], {
    title: `Mean error by ${tag}`,
    note: left > 0 ? `The ${mostValues} worst of ${all.length} values.` : undefined,
    legend: runs.map(({ name, colour }) => ({ label: name, key: 'dot', colour })),
  });
}
