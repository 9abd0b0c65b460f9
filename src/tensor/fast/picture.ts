import type { Value } from '../graph.js';
import { fromBlocked, toBlocked } from './blocked.js';
import { type Lines, linesOf, pickRows } from './winograd-rows.js';

/** A value in several layouts: the one it was made in, and those it was asked for in since. */
export interface Picture {
  usual?: Value;
  blocked?: Value;
  lines?: Lines;
}

/** Whether it was made in blocks. */
export const isBlocked = ({ blocked, lines }: Picture): boolean => (blocked ?? lines) !== undefined;

export function asUsual(picture: Picture): Value {
  picture.usual ??= fromBlocked(asBlocked(picture));
  return picture.usual;
}

export function asBlocked(picture: Picture): Value {
  picture.blocked ??= picture.lines ? pickRows(picture.lines) : toBlocked(picture.usual!);
  return picture.blocked;
}

export function asLines(picture: Picture, block: number): Lines {
  picture.lines ??= linesOf(asBlocked(picture), block);
  return picture.lines;
}
