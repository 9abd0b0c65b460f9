import { breakdown, tagOf } from './breakdown.js';
import { faceMeasure } from './error-measure.js';
import { errorStrips } from './error-strips.js';
import type { RunFolder } from './read-run.js';

const mostValues = 30;

/** The error for each value of a tag, such as `view`, with the number of faces. Undefined where there are no predictions. */
export function errorByTag(run: RunFolder, tag: string): string | undefined {
  const measure = faceMeasure(run);
  const shares = breakdown(run.predictions, (face) => tagOf(face, tag), measure);
  if (shares.length === 0) return undefined;
  const shown = shares.length > mostValues ? [...shares].sort((a, b) => b.mean - a.mean).slice(0, mostValues) : shares;
  const left = shares.length - shown.length;
  return errorStrips(
    shown,
    measure,
    `Error by ${tag}`,
    `In brackets: how many faces.${left > 0 ? ` The ${mostValues} worst of ${shares.length} values.` : ''}`,
  );
}
