import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { findMarkup } from '../data/markup-file.js';
import { decodeMetadata } from '../data/model-metadata.js';
import { UsageError } from '../errors.js';
import { models } from '../models/index.js';
import { layerTable } from '../models/layer-table.js';
import { buildNetwork, type NetworkSettings } from '../models/network.js';
import { nearest } from '../nearest.js';
import { findModel, readModel } from '../predict/find-model.js';
import { readMetadata } from '../tensor/onnx/metadata.js';
import { networkSettings } from '../train/network-settings.js';
import { builtInRecipes, parseRecipe, readRecipe } from '../train/read-recipe.js';
import { print } from './output.js';

export function summaryCommand(program: Command): void {
  program
    .command('summary')
    .summary('the layer table of a network')
    .description('Prints the layers of a network, their output shapes and parameters, and the sizes in memory.')
    .argument(
      '<network|recipe|run|model>',
      `a network (${Object.keys(models).join(', ')}), a recipe, a run folder or a model`,
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  fiducial summary cnn1\n  fiducial summary runs/nose')
    .action(async (name: string, options: { json?: boolean }) => {
      const settings = await settingsOf(name);
      const { channels, height, width } = settings.input;
      const { rows } = buildNetwork(settings, { training: false, batch: 1 });
      const parameters = rows.reduce((sum, row) => sum + row.parameters, 0);
      print(options.json, { input: [channels, height, width], parameters, layers: rows }, () => {
        return layerTable(rows, [channels, height, width]);
      });
    });
}

async function settingsOf(name: string): Promise<NetworkSettings> {
  const model = models[name];
  if (model) return { model: { name }, input: model.input, points: model.points };
  if (builtInRecipes().includes(name) || /\.(ya?ml|json)$/.test(name)) {
    const recipe = readRecipe(name);
    return networkSettings(recipe, (await findMarkup(recipe.data.markup)).points.length, undefined);
  }
  if (!existsSync(name)) {
    throw new UsageError(
      `there is no network, recipe, run or model '${name}'${nearest(name, [...Object.keys(models), ...builtInRecipes()])}`,
    );
  }
  const file = findModel(name);
  const { markup, recipe } = decodeMetadata(readMetadata(readModel(file), file), file);
  return { ...networkSettings(parseRecipe(recipe, file), 0, undefined), points: markup.points.length };
}
