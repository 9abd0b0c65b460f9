import { InputError } from '../../errors.js';
import { nearest } from '../../nearest.js';
import type { Markup } from '../markup.js';
import { cat9 } from './cat9.js';
import { ibug68 } from './ibug68.js';
import { imm58 } from './imm58.js';

/** The built-in markups. */
export const markups: readonly Markup[] = [imm58, ibug68, cat9];

/** Throws an InputError that proposes a name where it is unknown. */
export function markupNamed(name: string): Markup {
  const found = markups.find((markup) => markup.name === name);
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
