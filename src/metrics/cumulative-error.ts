/** The share of errors above the limit. */
export const failureRate = (errors: ArrayLike<number>, limit: number): number =>
  Array.from(errors).filter((error) => !(error <= limit)).length / errors.length;

/**
 * The area under the cumulative error curve (share of faces with at most this error) from 0 to `limit`, divided by
 * `limit`: 1 where every error is 0. Exact: each error below the limit adds (limit - error) / limit.
 * As in the 300-W challenge; Sagonas et al., "300 faces in-the-wild challenge", 2016.
 */
export const areaUnderCurve = (errors: ArrayLike<number>, limit: number): number =>
  Array.from(errors).reduce((sum, error) => sum + Math.max(0, limit - error), 0) / (limit * errors.length);

/** The curve itself: at each error, ascending, the share of errors up to it. */
export function cumulativeCurve(errors: ArrayLike<number>): { readonly error: number; readonly share: number }[] {
  const sorted = Float64Array.from(errors).sort();
  return Array.from(sorted, (error, i) => ({ error, share: (i + 1) / sorted.length }));
}
