/**
 * Works on up to `limit` items at a time and gives the results in the items' order, as they are asked for: what comes next
 * is under way while the caller works on what came.
 */
export async function* ahead<T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<PromiseSettledResult<R>>[] = [];
  let next = 0;
  while (begun.length > 0 || next < items.length) {
    // Settled, so that what fails early waits for its turn to be told.
    while (begun.length < limit && next < items.length) {
      begun.push(Promise.allSettled([run(items[next++]!)]).then(([result]) => result!));
    }
    const result = await begun.shift()!;
    if (result.status === 'rejected') throw result.reason;
    yield result.value;
  }
}
