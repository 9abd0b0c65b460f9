import type { Random } from '../random.js';
import { averaged } from './alignment.js';
import { principalComponents } from './components.js';

/** How the parameters of faces scatter: parameters = mean of the view + the person's own + the picture's own. */
export interface Population {
  readonly views: readonly { readonly name: string; readonly mean: Float32Array }[];
  /** How people differ: principal axes, each as long as a standard deviation. */
  readonly persons: readonly Float32Array[];
  /** How pictures of a person in a view differ. */
  readonly pictures: readonly Float32Array[];
}

export interface Described {
  readonly parameters: Float64Array;
  readonly person: string;
  readonly view: string;
}

/** Beyond so many standard deviations along an axis nothing is drawn. */
const furthest = 2.5;

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

/** What is a new person's own, or a new picture's: normal along each axis, cut off. */
export const drawFrom = (axes: readonly Float32Array[], length: number, random: Random): Float64Array => {
  const out = new Float64Array(length);
  for (const axis of axes) {
    const z = truncatedNormal(random);
    for (let i = 0; i < length; i++) out[i]! += z * axis[i]!;
  }
  return out;
};

function truncatedNormal(random: Random): number {
  for (;;) {
    const z = random.normal();
    if (Math.abs(z) <= furthest) return z;
  }
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
