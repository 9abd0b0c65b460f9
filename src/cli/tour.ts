import { join } from 'node:path';
import type { Command } from 'commander';
import { isMade } from '../data/made.js';
import { decodeMetadata } from '../data/model-metadata.js';
import type { Dataset } from '../data/sample.js';
import { splitByGroup } from '../data/split.js';
import { builtInModels, findModel, readModel } from '../predict/find-model.js';
import { readMetadata } from '../tensor/onnx/metadata.js';
import { readRecipe } from '../train/read-recipe.js';
import { openData } from './data.js';
import { gather } from './options.js';
import { tell } from './output.js';
import { runFolder } from './train.js';

/** Learnt from and held out by people, as the IMM faces are. */
const madeFaces = 'made:imm58';

/** Faces that neither the tour's network nor those that come along have seen. */
const otherFaces = 'made:imm58,people=2,seed=1';

/** How many pictures are predicted and drawn. */
const drawn = 12;

export function tourCommand(program: Command): void {
  program
    .command('tour')
    .summary('see it work: train, evaluate and predict, on made faces or your own')
    .description(
      'Trains the nose finder, evaluates it on faces that were held out, and predicts faces with the models that come along; shows each command before it runs.',
    )
    .argument('[data]', `a data set with the 58 points of the IMM faces; ${madeFaces} where absent`)
    .option('--set <key=value>', 'change a setting of the recipe; may be given several times', gather, [])
    .addHelpText(
      'after',
      '\nExamples:\n  fiducial tour                on made faces\n  fiducial tour imm_face_db    on the pictures of a folder',
    )
    .action(async (given: string | undefined, { set }: { readonly set: readonly string[] }) => {
      const data = given ?? madeFaces;
      const run = async (...args: string[]) => {
        tell(`\n$ fiducial ${args.map(asTyped).join(' ')}`);
        await program.parseAsync(args, { from: 'user' });
      };
      const recipe = readRecipe('nose', set);
      const { dataset } = await openData(data, recipe);
      const pictures = isMade(data) ? [otherFaces] : heldOut(dataset, recipe.data.validation);
      const out = runFolder({ name: 'tour' }, false);
      await run(
        'train',
        recipe.name,
        '--progress',
        '--data',
        data,
        '--out',
        out,
        ...set.flatMap((change) => ['--set', change]),
      );
      if (process.exitCode) return;
      await run('evaluate', out, '--data', data);
      for (const model of builtInModels()) {
        const folder = join(out, 'predictions', model);
        const boxed = looksAtBoxes(model);
        // Where faces are is known of made ones.
        if (boxed && !isMade(data)) continue;
        await run(
          'predict',
          model,
          ...(boxed ? ['--boxes', otherFaces] : pictures),
          '--csv',
          join(folder, 'points.csv'),
          '--draw',
          folder,
        );
      }
      tell('\nThe points that were predicted, and pictures of them, are in');
      process.stdout.write(`${join(out, 'predictions')}\n`);
      tell('What was learnt, where it is right and where it is wrong, tells');
      process.stdout.write(`${join(out, 'report.html')}\n`);
    });
}

/** An argument as it would have to be typed. */
const asTyped = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;

function looksAtBoxes(model: string): boolean {
  const file = findModel(model);
  return decodeMetadata(readMetadata(readModel(file), file), file).input.crop.kind === 'box';
}

function heldOut(dataset: Dataset, validation: Parameters<typeof splitByGroup>[1]): string[] {
  const { validation: samples } = splitByGroup(dataset, validation);
  return [...new Set(samples.map(({ picture }) => picture))].slice(0, drawn);
}
