import { averaged } from './alignment.js';
import { principalComponents } from './components.js';
import type { Population } from './scatter.js';

export interface Described {
  readonly parameters: Float64Array;
  readonly person: string;
  readonly view: string;
}

/**
 * Splits scatter into that between people and that within them: what a person's pictures have in common after the mean of their
 * views is the person's own. Of the people themselves nothing is kept but how they scatter.
 */
export function populationOf(faces: readonly Described[], mostAxes: number): Population {
  const means = byKey(
    faces,
    ({ view }) => view,
    (those) => averaged(those.map(({ parameters }) => parameters)),
  );
  const rest = faces.map((face) => ({ ...face, parameters: minus(face.parameters, means.get(face.view)!) }));
  const own = byKey(
    rest,
    ({ person }) => person,
    (those) => averaged(those.map(({ parameters }) => parameters)),
  );
  const within = rest.map(({ parameters, person }) => minus(parameters, own.get(person)!));
  return {
    views: [...means]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, mean]) => ({ name, mean: Float32Array.from(mean) })),
    persons: axes([...own.values()], mostAxes),
    pictures: own.size < faces.length ? axes(within, mostAxes) : [],
  };
}

/** Parameters of small spread, such as angles, count as much as others: what differs is measured in standard deviations. */
function axes(rows: readonly Float64Array[], most: number): Float32Array[] {
  if (rows.length < 2) return [];
  const spread = averaged(rows.map((row) => row.map((value) => value * value))).map((square) => Math.sqrt(square) || 1);
  const { modes } = principalComponents(
    rows.map((row) => Float32Array.from(row, (value, i) => value / spread[i]!)),
    most,
  );
  return modes.map((mode) => mode.map((value, i) => value * spread[i]!));
}

const minus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]!);

function byKey<T, R>(items: readonly T[], key: (item: T) => string, reduce: (those: T[]) => R): Map<string, R> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return new Map([...groups].map(([name, those]) => [name, reduce(those)]));
}
