import type { ComparedRun } from './compared-run.js';
import { type ErrorMeasure, errorMeasure, faceMeasure } from './error-measure.js';
import type { Prediction } from './read-predictions.js';
import type { RunFolder } from './read-run.js';

/** A validation face as each of several runs predicted it, in their order. */
export type SharedFace = readonly Prediction[];

/**
 * Runs whose errors may be set against each other: they have ended, and were judged on the same faces, at the same points,
 * with the same normalising distance. Larger groups first; runs that stand alone are in none.
 */
export function judgedAlike(runs: readonly ComparedRun[]): ComparedRun[][] {
  const groups = new Map<string, ComparedRun[]>();
  for (const each of runs.filter(({ run }) => run.evaluation !== undefined && run.predictions.length > 0)) {
    const key = judgedOn(each.run);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].filter(({ length }) => length > 1).sort((a, b) => b.length - a.length);
}

const judgedOn = ({ evaluation, predictions }: RunFolder): string =>
  [
    evaluation?.best.nme?.normaliser ?? '',
    ...predictions.map((face) => `${faceKey(face)} ${face.truth.join(' ')}`).sort(),
  ].join('\n');

/** The data may lie elsewhere by now: of the picture's path, only the file counts. */
const faceKey = ({ name, group, picture }: Prediction): string =>
  JSON.stringify([name, group, picture.split(/[\\/]/).at(-1)]);

/** The faces that all of the runs were judged on, whatever points of them they learnt; in the first run's order. */
export function sharedFaces(runs: readonly RunFolder[]): SharedFace[] {
  const [first, ...others] = runs.map(({ predictions }) => new Map(predictions.map((face) => [faceKey(face), face])));
  return [...(first ?? [])].flatMap(([key, face]) => {
    const same = [face, ...others.flatMap((faces) => faces.get(key) ?? [])];
    return same.length === runs.length ? [same] : [];
  });
}

/** Pixels where all see whole pictures, as in a run's own report; else as for cumulative curves. */
export function sharedMeasure(runs: readonly RunFolder[]): ErrorMeasure {
  const measures = runs.map(faceMeasure);
  return measures.every(({ unit }) => unit === 'px') ? measures[0]! : errorMeasure(runs);
}
