import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Document, isMap, LineCounter, parse, parseDocument } from 'yaml';
import { InputError, reason, UsageError } from '../errors.js';
import { nearest } from '../nearest.js';
import { lineOf } from '../yaml-line.js';
import { explain } from './explain.js';
import { type Recipe, recipeSchema } from './recipe.js';

const folder = fileURLToPath(new URL('../../recipes', import.meta.url));

/** The names of the recipes that come with the package. */
export const builtInRecipes = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();

/**
 * A recipe by its built-in name or from a YAML (or JSON) file, with settings changed: `['train.learningRate=3e-4']`.
 * Throws an InputError that names file, line and key, and the nearest key that exists; a UsageError for a wrong setting.
 */
export function readRecipe(nameOrFile: string, changes: readonly string[] = []): Recipe {
  const file = /[/\\]|\.(ya?ml|json)$/.test(nameOrFile) ? nameOrFile : builtIn(nameOrFile);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read the recipe ${file}: ${reason(error)}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new InputError(`${file}:${lines.linePos(broken.pos[0]).line}: ${reason(broken)}`);
  if (!isMap(document.contents))
    throw new InputError(`${file}:1: a recipe is a map of settings, such as \`name: nose\``);
  const changed = new Set(changes.map((change) => applyChange(document, change)));

  const settings = toSettings(document, file);
  const result = recipeSchema.safeParse(settings);
  if (result.success) return result.data;
  const { path, message } = explain(result.error, settings);
  const change = path.map((_, i) => path.slice(0, i + 1).join('.')).find((key) => changed.has(key));
  if (change !== undefined) throw new UsageError(`--set ${change}: ${message}`);
  throw new InputError(`${file}:${lineOf(document, lines, path)}: ${message}`);
}

function toSettings(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor is found only here.
    throw new InputError(`${file}: ${reason(error)}`);
  }
}

/** The same validation for settings that were already resolved, such as a run folder's. */
export function parseRecipe(settings: unknown, file: string): Recipe {
  const result = recipeSchema.safeParse(settings);
  if (result.success) return result.data;
  throw new InputError(`${file}: ${explain(result.error, settings).message}`);
}

function builtIn(name: string): string {
  const known = builtInRecipes();
  if (known.includes(name)) return `${folder}/${name}.yaml`;
  throw new UsageError(
    `unknown recipe '${name}'${nearest(name, known)}; a file is given with its ending, as in mine.yaml`,
  );
}

function applyChange(document: Document, change: string): string {
  const [, key, value] = /^([\w.]+)=(.*)$/s.exec(change) ?? [];
  if (key === undefined || value === undefined) {
    throw new UsageError(`--set ${change}: give it as key=value, such as --set train.learningRate=3e-4`);
  }
  let parsed: unknown;
  try {
    parsed = parse(value);
  } catch (error) {
    throw new UsageError(`--set ${change}: ${reason(error).replace(/:$/, '')}`);
  }
  try {
    document.setIn(key.split('.'), parsed);
  } catch {
    throw new UsageError(`--set ${change}: '${key}' is no setting of a recipe`);
  }
  return key;
}
