import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { recipeSchema } from '../../src/train/recipe.js';
import { root } from '../package/installed.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** The names of all settings, however deep. */
function keys({ properties = {}, anyOf = [], oneOf = [] }: Schema): string[] {
  const own = Object.entries(properties).flatMap(([key, value]) => [key, ...keys(value)]);
  return [...own, ...[...anyOf, ...oneOf].flatMap(keys)];
}

describe('docs/recipes.md', () => {
  it('has every setting that a recipe can have', () => {
    const table = readFileSync(join(root, 'docs/recipes.md'), 'utf8');
    const words = new Set(table.match(/\w+/g));
    const all = new Set(keys(z.toJSONSchema(recipeSchema, { io: 'input' }) as Schema));
    expect(all.size).toBeGreaterThan(50);
    expect([...all].filter((key) => !words.has(key))).toEqual([]);
  });

  it('has every recipe that comes along', async () => {
    const { builtInRecipes } = await import('../../src/train/read-recipe.js');
    const table = readFileSync(join(root, 'docs/recipes.md'), 'utf8');
    for (const name of builtInRecipes()) expect(table).toContain(`| \`${name}\``);
  });
});
