import type { Command } from 'commander';
import { readRecipe } from '../train/read-recipe.js';
import { openData } from './data.js';
import { gather, positiveWhole } from './options.js';
import { print } from './output.js';
import { writeSampleSheet } from './sample-sheet.js';

interface Options {
  readonly data?: string;
  readonly out?: string;
  readonly set?: string[];
  readonly count: number;
  readonly json?: boolean;
}

export function samplesCommand(program: Command): void {
  program
    .command('samples')
    .summary('draw what the network is fed, with its points')
    .description('Draws prepared training samples with their true points as one sheet.')
    .argument('<recipe>', 'a built-in recipe (nose, …) or a YAML file')
    .option('--data <dir>', 'folder of the annotated pictures, or made:imm58 for made faces')
    .option('--out <file.png>', 'the sheet; NAME-samples.png where absent')
    .option('--set <key=value>', 'change a setting; may be given several times', gather)
    .option('--count <count>', 'how many samples', positiveWhole, 15)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  fiducial samples nose --data imm_face_db --out samples.png')
    .action(async (name: string, options: Options) => {
      const recipe = readRecipe(name, options.set);
      const { dataset } = await openData(options.data, recipe);
      const file = options.out ?? `${recipe.name}-samples.png`;
      await writeSampleSheet(recipe, dataset, file, options.count);
      print(options.json, { file }, () => file);
    });
}
