import type { ComparedRun } from './compared-run.js';
import { quantity } from './number.js';
import { differenceNames } from './recipe-differences.js';
import { sharedFaces, sharedMeasure } from './same-faces.js';

/**
 * What the difference between runs buys, in words that follow from the numbers: how much less the error is, on how many
 * faces, and in what the recipes differ. @param runs judged alike, at least two
 */
export function comparisonSentence(runs: readonly ComparedRun[]): string {
  const measure = sharedMeasure(runs.map(({ run }) => run));
  const errors = runs.map(({ name, run: { evaluation } }) => {
    const score = measure.unit === '%' ? evaluation?.best.nme : evaluation?.best.pixels;
    return { name, error: score?.mean ?? Number.NaN };
  });
  const told = errors.filter(({ error }) => Number.isFinite(error)).sort((a, b) => a.error - b.error);
  const failed = errors.filter(({ error }) => !Number.isFinite(error)).map(({ name }) => name);
  const [best, next] = told;
  const what = differences(runs);
  const diverged = failed.length > 0 ? `${failed.join(', ')}: diverged, without an error to compare.` : '';
  if (best === undefined || next === undefined) return [diverged, what].filter((part) => part !== '').join(' ');

  const shown = (error: number) => quantity(error, measure.unit);
  const first =
    told.length === 2
      ? `${best.name} has ${shown(best.error)} where ${next.name} has ${shown(next.error)}: ${less(best.error, next.error)}.`
      : `Of the ${runs.length} runs judged alike, ${best.name} has the least error, ${shown(best.error)}; ${told
          .slice(1)
          .map(({ name, error }) => `${name} has ${shown(error)}${more(best.error, error)}`)
          .join(', ')}.`;
  const [a, b] = [best, next].map(({ name }) => runs.find((each) => each.name === name)!.run) as [
    ComparedRun['run'],
    ComparedRun['run'],
  ];
  const faces = sharedFaces([a, b]);
  const wins = faces.filter(([one, other]) => measure.of(one!) < measure.of(other!)).length;
  const paired = `Face by face, ${best.name} is the better${told.length > 2 ? ` of the best two` : ''} on ${wins} of ${faces.length}.`;
  const chance =
    next.error < 1.25 * best.error
      ? 'So small a difference may be that of another seed: train several to be sure.'
      : '';
  return [first, paired, diverged, what, chance].filter((part) => part !== '').join(' ');
}

function less(best: number, other: number): string {
  const factor = other / best;
  if (!(best > 0)) return best === other ? 'no difference' : 'no error at all';
  if (factor >= 1.5) return `${times(factor)} times less`;
  const percent = Math.round(100 * (1 - best / other));
  return percent === 0 ? 'hardly a difference' : `${percent} % less`;
}

function more(best: number, other: number): string {
  if (!(best > 0)) return '';
  const factor = other / best;
  if (factor >= 1.5) return ` (${times(factor)} times as much)`;
  const percent = Math.round(100 * (factor - 1));
  return percent === 0 ? ' (hardly more)' : ` (${percent} % more)`;
}

const times = (factor: number): string =>
  factor < 100 ? factor.toFixed(1) : Math.round(factor).toLocaleString('en-US');

const mostNamed = 4;

function differences(runs: readonly ComparedRun[]): string {
  const names = differenceNames(runs.map(({ run }) => run));
  if (names.length === 0) return 'Their recipes are the same.';
  if (names.length > mostNamed) return `Their recipes differ in ${names.length} ways.`;
  if (names.length === 1) return `Their recipes differ in ${names[0]} alone.`;
  return `Their recipes differ in ${names.slice(0, -1).join(', ')} and ${names.at(-1)}.`;
}
