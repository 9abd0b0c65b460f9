import { breakdown } from './breakdown.js';
import { faceMeasure } from './error-measure.js';
import { errorStrips } from './error-strips.js';
import type { RunFolder } from './read-run.js';

const mostGroups = 20;

/**
 * The error of each group (a person, a photo), worst first.
 * Undefined where groups say nothing: fewer than two, or hardly any with more than one face.
 */
export function errorByGroup(run: RunFolder): string | undefined {
  const { predictions } = run;
  const measure = faceMeasure(run);
  const groups = breakdown(predictions, ({ group }) => group || '(none)', measure).sort((a, b) => b.mean - a.mean);
  if (groups.length < 2 || predictions.length < 1.5 * groups.length) return undefined;
  const shown = groups.slice(0, mostGroups);
  const of =
    shown.length < groups.length ? `The ${mostGroups} worst of ${groups.length} groups` : 'Groups (people, photos)';
  return errorStrips(shown, measure, 'Error by group', `${of}, worst first. In brackets: how many faces.`);
}
