import { InputError } from '../../errors.js';
import type { Markup } from '../markup.js';
import { ibug68 } from '../markups/ibug68.js';
import { markups } from '../markups/index.js';
import { namedMarkup, pointsMarkup } from '../markups/numbered.js';

/** What an annotation tells of its points. */
export interface PointsSeen {
  readonly count: number;
  /** Where they are named and not numbered. */
  readonly names?: readonly string[];
  /** What the annotation calls the scheme. */
  readonly called?: string;
}

/**
 * The markup of an annotation: the given one, else a built-in one, known by the name or the points' names that the annotation
 * gives; 68 points without names are iBUG's, any other number is just numbered. Without points only what it is called tells.
 * @param where the file, for the InputError that is thrown where the given markup has another number of points
 */
export function recogniseMarkup(
  { count, names, called }: PointsSeen,
  given: Markup | undefined,
  where: string,
): Markup {
  if (given) {
    if (given.points.length === count) return given;
    throw new InputError(
      `${where}: its faces have ${count} points, but the markup '${given.name}' has ${given.points.length}; give the markup that it was made with`,
    );
  }
  const known = markups.find(
    ({ name, points }) =>
      (name === called && (count === 0 || points.length === count)) ||
      (points.length === names?.length && points.every((point, i) => point === names[i])),
  );
  if (known) return known;
  if (names) return namedMarkup(names, called);
  return count === ibug68.points.length ? ibug68 : pointsMarkup(count);
}
