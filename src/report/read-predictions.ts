import { parse } from 'csv-parse/sync';
import { InputError, reason } from '../errors.js';
import { readText } from './read-json.js';

/** A validation face: what was predicted, and the truth. */
export interface Prediction {
  readonly name: string;
  readonly picture: string;
  readonly group: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Mean point distance in picture pixels. */
  readonly pixels: number;
  /** The same in percent of the face's normalising distance; undefined where the markup has none. */
  readonly nme: number | undefined;
  /** (x, y) pairs in picture pixels, shape [2·n]. */
  readonly predicted: Float32Array;
  readonly truth: Float32Array;
  /** The error in picture pixels that the model expects of each point, [n]; absent where it does not say. */
  readonly spread?: Float32Array;
}

const fixed = ['name', 'picture', 'group', 'error', 'normaliser'] as const;

/**
 * `predictions.csv` of a run folder; empty where there is none yet.
 * Throws an InputError that names file, line and value.
 * @param points how many points the run learnt
 */
export function readPredictions(file: string, points: number): Prediction[] {
  const text = readText(file);
  if (text === undefined) return [];
  const [header, ...rows] = parseCsv(text, file);
  const columns = header?.record ?? [];
  const place = (name: string): number => {
    const at = columns.indexOf(name);
    if (at < 0) throw new InputError(`${file}:1: the column '${name}' is missing; a run writes ${fixed.join(',')},…`);
    return at;
  };
  const [name, picture, group, error, normaliser] = fixed.map(place) as [number, number, number, number, number];
  const pairs = (prefix: string) =>
    Array.from({ length: points }, (_, i) => [place(`${prefix}x${i}`), place(`${prefix}y${i}`)]).flat();
  const predicted = pairs('');
  const truth = pairs('t');
  const spread = columns.includes('e0') ? Array.from({ length: points }, (_, i) => place(`e${i}`)) : undefined;
  const coordinates = new Set([...predicted, ...truth, ...(spread ?? [])]);
  const tags = columns.flatMap((tag, at) => (at < fixed.length || coordinates.has(at) ? [] : [{ tag, at }]));

  return rows.map(({ record, line }) => {
    const numberAt = (at: number): number => {
      const value = Number(record[at]);
      if (record[at]?.trim() !== '' && Number.isFinite(value)) return value;
      throw new InputError(`${file}:${line}: '${columns[at]}' must be a number, not '${record[at]}'`);
    };
    const pixels = numberAt(error);
    return {
      name: record[name]!,
      picture: record[picture]!,
      group: record[group]!,
      tags: Object.fromEntries(tags.map(({ tag, at }) => [tag, record[at]!])),
      pixels,
      nme: record[normaliser]?.trim() === '' ? undefined : (100 * pixels) / numberAt(normaliser),
      predicted: Float32Array.from(predicted, numberAt),
      truth: Float32Array.from(truth, numberAt),
      ...(spread ? { spread: Float32Array.from(spread, numberAt) } : {}),
    };
  });
}

function parseCsv(text: string, file: string): { record: string[]; line: number }[] {
  try {
    const rows = parse(text, { info: true, skip_empty_lines: true, bom: true }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return rows.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    const line = (error as { lines?: number }).lines;
    throw new InputError(`${file}${line === undefined ? '' : `:${line}`}: not a table: ${reason(error)}`);
  }
}
