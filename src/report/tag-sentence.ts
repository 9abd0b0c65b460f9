import { otherMean, type Share, tagOf } from './breakdown.js';
import type { ErrorMeasure } from './error-measure.js';
import { counted, number, quantity } from './number.js';

/**
 * Where the errors are largest, in words that follow from the numbers: the worst value of the tag, by what factor it is worse
 * than the best one, and which values the worst faces have.
 * @param shares at least two
 */
export function tagSentence(tag: string, shares: readonly Share[], measure: ErrorMeasure): string {
  const ascending = [...shares].sort((a, b) => a.mean - b.mean);
  const best = ascending[0]!;
  const worst = ascending.at(-1)!;
  const parts = [
    comparison(tag, best, worst, measure),
    otherClause(best, worst, measure),
    worstFaces(tag, shares, measure),
    caution(tag, shares),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function comparison(tag: string, best: Share, worst: Share, { unit }: ErrorMeasure): string {
  const named = ({ value, mean, faces }: Share) =>
    `“${value}” (${quantity(mean, unit)} on average, ${counted(faces.length, 'face')})`;
  const factor = worst.mean / best.mean;
  if (!Number.isFinite(factor)) return `The worst ${tag} is ${named(worst)}, the best ${named(best)}.`;
  if (factor < 1.1) {
    return `The error hardly depends on the ${tag}: the worst is ${named(worst)}, the best ${named(best)}.`;
  }
  return `The worst ${tag} is ${named(worst)}, with ${number(factor)} times the error of the best, ${named(best)}.`;
}

/** The two measures need not agree: faces differ in size, and the eyes of turned heads stand closer in the picture. */
function otherClause(best: Share, worst: Share, measure: ErrorMeasure): string {
  const [high, low] = [otherMean(worst, measure), otherMean(best, measure)];
  if (high === undefined || low === undefined) return '';
  const [what, unit] = measure.unit === '%' ? ['In pixels', 'px'] : ['As NME', '%'];
  return `${what} the two have ${quantity(high, unit)} and ${quantity(low, unit)}.`;
}

function worstFaces(tag: string, shares: readonly Share[], { of }: ErrorMeasure): string {
  const faces = shares.flatMap(({ faces: shared }) => shared);
  const n = Math.min(8, Math.floor(faces.length / 4));
  if (n < 3) return '';
  const worst = [...faces].sort((a, b) => of(b) - of(a)).slice(0, n);
  const counts = new Map<string, number>();
  for (const face of worst) counts.set(tagOf(face, tag), (counts.get(tagOf(face, tag)) ?? 0) + 1);
  const listed = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([value, times]) => `“${value}” ${times === 1 ? 'once' : `${times} times`}`);
  return `Among the ${n} faces with the largest errors: ${listed.join(', ')}.`;
}

function caution(tag: string, shares: readonly Share[]): string {
  const fewest = Math.min(...shares.map(({ faces }) => faces.length));
  return fewest < 5 ? `Some values of ${tag} have so few faces (${fewest}) that chance may decide.` : '';
}
