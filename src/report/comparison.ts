import { basename, resolve } from 'node:path';
import { writeWhole } from '../files.js';
import { comparedCurves } from './compared-curves.js';
import { comparedFaces } from './compared-faces.js';
import { type ComparedRun, comparedRuns } from './compared-run.js';
import { comparedTags } from './compared-tags.js';
import { comparisonSentence } from './comparison-sentence.js';
import { comparisonTable } from './comparison-table.js';
import { cumulativeCurves } from './cumulative-error.js';
import { errorMeasure } from './error-measure.js';
import { type Html, html } from './html.js';
import { counted } from './number.js';
import { drawn, page, section, table } from './page.js';
import { recipeDifferences } from './recipe-differences.js';
import { judgedAlike } from './same-faces.js';

/**
 * Sets runs beside each other on one self-contained page: numbers, what differs in their recipes, curves, errors by tag,
 * and the same faces as each predicts them; also of runs that are still in training, with what there is. Errors are only
 * set against each other where the runs were judged on the same faces and points. Returns the page's path.
 * @param runFolders at most eight, each once
 * Throws an InputError that names the file and line that cannot be read, or the file that cannot be written.
 */
export async function writeComparison(runFolders: readonly string[], file: string): Promise<string> {
  const runs = comparedRuns(runFolders);
  const groups = judgedAlike(runs);
  const differences = recipeDifferences(runs.map(({ run }) => run));
  const names = runs.map(({ name }) => name);
  const curves = [comparedCurves(runs), ...groups.map(cumulative)];
  const body = [
    comparisonHead(runs, groups),
    section('Results', comparisonTable(runs), tableNote(runs)),
    section(
      'What differs in their recipes',
      runs.length > 1 &&
        (differences.length > 0
          ? table(
              ['setting', ...names],
              differences.map(({ key, values }) => [html`<code>${key}</code>`, ...values]),
            )
          : html`<p>Nothing: their recipes are the same.</p>`),
    ),
    section('Curves', curves.some((svg) => svg !== undefined) && html`<div class="pair">${curves.map(drawn)}</div>`),
    section('Errors by tag', tagged(groups)),
    section('The same faces', await comparedFaces(runs)),
  ];
  writeWhole(file, page(names.join(' · '), body));
  return file;
}

function comparisonHead(runs: readonly ComparedRun[], groups: readonly (readonly ComparedRun[])[]): Html {
  const listed = runs.map(({ name, run: { folder, info } }) => {
    const others = [info.name, basename(resolve(folder))].filter((other) => other !== name);
    const known = [...new Set(others), `on ${info.data.name}`].join(', ');
    return html`<li><strong>${name}</strong> <span class="soft">(${known}).</span> ${info.recipe.about}</li>\n`;
  });
  return html`<header><h1>${runs.map(({ name }) => name).join(', ')}</h1>
<p class="soft">${counted(runs.length, 'run')} side by side.</p>
${groups.map((group) => html`<p>${comparisonSentence(group)}</p>`)}${standApart(runs, groups)}<ul>${listed}</ul></header>
`;
}

/** Which runs' errors cannot be set against the others', and why. */
function standApart(runs: readonly ComparedRun[], groups: readonly (readonly ComparedRun[])[]): Html[] {
  if (runs.length < 2) return [];
  const apart = runs.filter((each) => !groups.some((group) => group.includes(each)));
  const say = (those: readonly ComparedRun[], what: (one: boolean) => string) =>
    those.length === 0 ? [] : [html`<p>${those.map(({ name }) => name).join(', ')}: ${what(those.length === 1)}</p>`];
  const ended = ({ run }: ComparedRun) => run.evaluation !== undefined && run.predictions.length > 0;
  return [
    ...say(
      apart.filter((each) => !ended(each)),
      () => 'not ended. The table shows what there is so far.',
    ),
    ...say(
      apart.filter(ended),
      (one) =>
        `judged on other faces or points than the others. ${one ? 'Its errors stand' : 'Their errors stand'} in the table, but should not be set against theirs.`,
    ),
    ...(groups.length > 1
      ? [
          html`<p>There are ${groups.length} groups of runs, each judged on other faces or points: compare within a group alone.</p>`,
        ]
      : []),
  ];
}

function tableNote(runs: readonly ComparedRun[]): Html {
  const normalisers = new Set(runs.flatMap(({ run }) => run.evaluation?.best.nme?.normaliser ?? []));
  const machines = new Set(runs.map(({ run }) => run.info.machine));
  return html`<p class="soft">On the validation faces, with the weights of the epoch of least validation loss: chosen on those very faces, which flatters; the last epoch was not chosen.${normalisers.size > 0 && ` NME is in percent of ${[...normalisers].join(' or ')}.`}${machines.size > 1 && ' They were trained on different machines, so that their times say little.'}</p>
`;
}

function cumulative(group: readonly ComparedRun[]): string | undefined {
  const measure = errorMeasure(group.map(({ run }) => run));
  return cumulativeCurves(
    group.map(({ name, colour, run }) => ({ name, colour, errors: run.predictions.map(measure.of) })),
    measure,
  );
}

function tagged(groups: readonly (readonly ComparedRun[])[]): Html[] | false {
  const all = groups.flatMap(comparedTags);
  return all.length > 0 && all;
}
