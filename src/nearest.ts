import { closest, distance } from 'fastest-levenshtein';

/** `: did you mean 'x'?` where a known name is near, else the list of them. */
export function nearest(wrong: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const candidate = closest(wrong.toLowerCase(), [...known]);
  return distance(wrong.toLowerCase(), candidate.toLowerCase()) <= Math.max(2, candidate.length / 3)
    ? `: did you mean '${candidate}'?`
    : `; known: ${known.join(', ')}`;
}
