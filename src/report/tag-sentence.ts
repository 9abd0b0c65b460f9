import { type Share, tagOf } from './breakdown.js';
import { counted, number } from './number.js';
import type { Prediction } from './read-predictions.js';

/**
 * Where the errors are largest, in words that follow from the numbers: the worst value of the tag, by what factor it is worse
 * than the best one, and which values the worst faces have.
 * @param shares at least two
 */
export function tagSentence(tag: string, shares: readonly Share[]): string {
  const ascending = [...shares].sort((a, b) => a.mean - b.mean);
  const best = ascending[0]!;
  const worst = ascending.at(-1)!;
  const all = shares.flatMap(({ faces }) => faces);
  return [comparison(tag, best, worst), nmeClause(best, worst), worstFaces(tag, all), caution(tag, shares)]
    .filter((part) => part !== '')
    .join(' ');
}

const named = ({ value, mean, faces }: Share): string =>
  `“${value}” (${number(mean)} px on average, ${counted(faces.length, 'face')})`;

function comparison(tag: string, best: Share, worst: Share): string {
  const factor = worst.mean / best.mean;
  if (!Number.isFinite(factor)) return `The worst ${tag} is ${named(worst)}, the best ${named(best)}.`;
  if (factor < 1.1) {
    return `The error hardly depends on the ${tag}: the worst is ${named(worst)}, the best ${named(best)}.`;
  }
  return `The worst ${tag} is ${named(worst)}, ${number(factor)} times the error of the best, ${named(best)}.`;
}

/** Faces differ in size and turned eyes stand closer, so the two measures need not agree. */
function nmeClause(best: Share, worst: Share): string {
  if (worst.nme === undefined || best.nme === undefined) return '';
  return `Divided by each face’s normalising distance it is ${number(worst.nme)} % against ${number(best.nme)} %.`;
}

function worstFaces(tag: string, faces: readonly Prediction[]): string {
  const n = Math.min(8, Math.floor(faces.length / 4));
  if (n < 3) return '';
  const worst = [...faces].sort((a, b) => b.pixels - a.pixels).slice(0, n);
  const counts = new Map<string, number>();
  for (const face of worst) counts.set(tagOf(face, tag), (counts.get(tagOf(face, tag)) ?? 0) + 1);
  const listed = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([value, faces]) => `“${value}” ${faces === 1 ? 'once' : `${faces} times`}`);
  return `Among the ${n} faces with the largest errors: ${listed.join(', ')}.`;
}

function caution(tag: string, shares: readonly Share[]): string {
  const fewest = Math.min(...shares.map(({ faces }) => faces.length));
  return fewest < 5 ? `Some values of ${tag} have so few faces (${fewest}) that chance may decide.` : '';
}
