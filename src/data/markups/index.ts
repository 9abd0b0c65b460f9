import { InputError } from '../../errors.js';
import { nearest } from '../../nearest.js';
import type { Markup } from '../markup.js';
import { cat9 } from './cat9.js';
import { ibug68 } from './ibug68.js';
import { imm58 } from './imm58.js';
import { pointsMarkup } from './numbered.js';

/** The built-in markups. */
export const markups: readonly Markup[] = [imm58, ibug68, cat9];

/** A built-in markup, or `points5` for five points that are just numbered. Throws an InputError that proposes a name. */
export function markupNamed(name: string): Markup {
  const [, count] = /^points([1-9]\d{0,3})$/.exec(name) ?? [];
  const found = count ? pointsMarkup(Number(count)) : markups.find((markup) => markup.name === name);
  if (!found) {
    throw new InputError(
      `unknown markup '${name}'${nearest(
        name,
        markups.map((markup) => markup.name),
      )}`,
    );
  }
  return found;
}
