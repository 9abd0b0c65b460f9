import type { Recipe } from '../train/recipe.js';

/** A recipe's settings in words by key, `[['train.epochs', '30'], …]`, in its own order; without its name and what it says about itself. */
export const flatRecipe = (recipe: Recipe): [key: string, value: string][] =>
  flatten(recipe as unknown as Record<string, unknown>);

/** `{ a: { b: 1 } }` as `[['a.b', '1']]`. */
function flatten(settings: Readonly<Record<string, unknown>>, path = ''): [string, string][] {
  return Object.entries(settings).flatMap(([key, value]): [string, string][] => {
    if (value === undefined || (path === '' && ['name', 'about'].includes(key))) return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return flatten(value as Record<string, unknown>, `${path}${key}.`);
    }
    return [[path + key, Array.isArray(value) ? value.join(', ') : String(value)]];
  });
}
