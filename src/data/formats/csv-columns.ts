import { InputError } from '../../errors.js';
import { quoted } from '../quoted.js';

/** Which columns hold what; the first is the picture's name. */
export interface CsvColumns {
  /** Whether the first row is a header and no face. */
  readonly header: boolean;
  readonly points: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  /** Whether points have names, and not just numbers from 0 or 1. */
  readonly named: boolean;
  /** Which column, if any, says who belongs together: `group`. */
  readonly group: number | undefined;
}

/** Understands the first row of a table of points. Throws an InputError for a column that is neither an x nor a y. */
export function csvColumns(row: readonly string[], where: string): CsvColumns {
  const cells = row.slice(1);
  const allNumbers = cells.length > 0 && cells.every((cell) => cell !== '' && Number.isFinite(Number(cell)));
  const counted = [0, 1].some((first) => cells.every((cell, i) => cell === String(i + first)));
  const header = !allNumbers || counted;
  const group = row.findIndex((cell, i) => i > 0 && cell.toLowerCase() === 'group');
  const columns = cells.flatMap((cell, i) => {
    if (i + 1 === group) return [];
    const column = allNumbers
      ? ({ name: String(i >> 1), axis: i % 2 === 0 ? 'x' : 'y' } as const)
      : headed(cell, `${where}: column ${i + 2}`);
    return [{ ...column, at: i + 1 }];
  });

  const points = new Map<string, { x?: number; y?: number }>();
  for (const { name, axis, at } of columns) {
    const point = points.get(name) ?? {};
    if (point[axis] !== undefined)
      throw new InputError(`${where}: ${axis} of point ${quoted(name)} stands twice; remove a column`);
    point[axis] = at;
    points.set(name, point);
  }
  const complete = [...points].map(([name, { x, y }]) => {
    if (x !== undefined && y !== undefined) return { name, x, y };
    throw new InputError(
      `${where}: point ${quoted(name)} has no ${x === undefined ? 'x' : 'y'} column; add it (the first column names the picture)`,
    );
  });
  if (complete.length === 0) {
    throw new InputError(`${where}: has one column, where a picture's name and points belong, separated by commas`);
  }
  if (complete.every(({ name }) => /^\d+$/.test(name))) complete.sort((a, b) => Number(a.name) - Number(b.name));
  const named = ![0, 1].some((first) => complete.every(({ name }, i) => name === String(i + first)));
  return { header, points: complete, named, group: group < 0 ? undefined : group };
}

/** `x12`, `nose_x`, `nose x` or `12_x`. */
function headed(cell: string, where: string): { name: string; axis: 'x' | 'y' } {
  const numbered = /^([xy])[_ ]?(\d+)$/i.exec(cell);
  if (numbered) return { name: String(Number(numbered[2])), axis: numbered[1]!.toLowerCase() as 'x' | 'y' };
  const named = /^(.+)[_ .-]([xy])$/i.exec(cell);
  if (named) return { name: named[1]!, axis: named[2]!.toLowerCase() as 'x' | 'y' };
  throw new InputError(
    `${where} is ${quoted(cell)}, where x and y of a point belong, headed 0,1,2,… or x0,y0,… or NAME_x,NAME_y,…`,
  );
}
