import { stringify } from 'csv-stringify/sync';
import type { JudgedFace } from './judged-face.js';

const rounded = (value: number): string => (Number.isFinite(value) ? String(Number(value.toFixed(3))) : '');

/** `predictions.csv` of a run folder, a line a face; see docs/run-folder.md. */
export function predictionsCsv(faces: readonly JudgedFace[]): string {
  const tags = [...new Set(faces.flatMap(({ sample }) => Object.keys(sample.tags)))];
  const count = (faces[0]?.truth.length ?? 0) / 2;
  const coordinates = (prefix: string) =>
    Array.from({ length: count }, (_, i) => [`${prefix}x${i}`, `${prefix}y${i}`]).flat();
  const spread = faces.some((face) => face.spread) ? Array.from({ length: count }, (_, i) => `e${i}`) : [];
  const columns = [
    'name',
    'picture',
    'group',
    'error',
    'normaliser',
    ...tags,
    ...coordinates(''),
    ...coordinates('t'),
    ...spread,
  ];
  const rows = faces.map(({ sample, error, predicted, truth, spread }) => [
    sample.id,
    sample.picture,
    sample.group,
    rounded(error.pixels),
    rounded(error.normaliser),
    ...tags.map((tag) => sample.tags[tag] ?? ''),
    ...Array.from(predicted, rounded),
    ...Array.from(truth, rounded),
    ...Array.from(spread ?? [], rounded),
  ]);
  return stringify([columns, ...rows]);
}
