import { flatRecipe } from './flat-recipe.js';
import { nothing } from './number.js';
import type { RunFolder } from './read-run.js';

/** A setting that is not alike in all runs. */
export interface Difference {
  readonly key: string;
  /** One a run; `–` where the run does not have it. */
  readonly values: readonly string[];
}

/** The settings in which recipes differ, those of a section beside each other. */
export function recipeDifferences(runs: readonly RunFolder[]): Difference[] {
  const recipes = runs.map(({ info }) => new Map(flatRecipe(info.recipe)));
  const keys = [...new Set(recipes.flatMap((recipe) => [...recipe.keys()]))];
  const sections = [...new Set(keys.map(sectionOf))];
  return sections
    .flatMap((section) => keys.filter((key) => sectionOf(key) === section))
    .map((key) => ({ key, values: recipes.map((recipe) => recipe.get(key) ?? nothing) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/**
 * The differences in a few words: a section that some runs lack altogether is one, such as `augment`, and so is one whose
 * kind differs, such as `loss`.
 */
export function differenceNames(runs: readonly RunFolder[]): string[] {
  const keys = recipeDifferences(runs).map(({ key }) => key);
  const lacking = (section: string) => runs.some(({ info }) => !(section in info.recipe));
  const names = keys.map((key) => {
    if (lacking(sectionOf(key))) return sectionOf(key);
    const parent = key.slice(0, Math.max(0, key.lastIndexOf('.')));
    return keys.includes(`${parent}.kind`) ? parent : key;
  });
  return [...new Set(names)];
}

const sectionOf = (key: string): string => key.split('.')[0]!;
