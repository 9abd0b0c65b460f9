/** The value that occurs most often, of several the first; `undefined` of none. */
export function mostFrequent<T>(values: Iterable<T>): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let winner: T | undefined;
  let most = 0;
  for (const [value, count] of counts) {
    if (count > most) {
      winner = value;
      most = count;
    }
  }
  return winner;
}
