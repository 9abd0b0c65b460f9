import type { Command } from 'commander';
import { Option } from 'commander';
import { convertDataset } from '../data/convert.js';
import { formats } from '../data/formats/index.js';
import { findMarkup } from '../data/markup-file.js';
import { reason } from '../errors.js';
import { print, tell } from './output.js';

interface Options {
  readonly to: string;
  readonly markup?: string;
  readonly skip?: boolean;
  readonly json?: boolean;
}

export function convertCommand(program: Command): void {
  const written = formats.filter(({ write }) => write);
  program
    .command('convert')
    .summary('write annotated pictures in another format')
    .description('Reads a data set of any known format and writes its annotation in another.')
    .argument('<from>', 'a file or folder')
    .argument('<out>', 'the file to write, or for formats with a file a picture the folder')
    .addOption(
      new Option('--to <format>', written.map(({ name, about }) => `${name}: ${about}`).join('; '))
        .choices(written.map(({ name }) => name))
        .makeOptionMandatory(),
    )
    .option('--markup <name|file>', 'the scheme of the points, where the data do not say')
    .option('--skip', 'leave out faces that cannot be read or written, and say which')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  fiducial convert labels.xml labels.json --to coco')
    .action(async (from: string, out: string, options: Options) => {
      const outcome = await convertDataset(from, out, options.to, {
        ...(options.markup ? { markup: await findMarkup(options.markup) } : {}),
        ...(options.skip ? { onProblem: (problem) => tell(reason(problem)) } : {}),
      });
      print(options.json, outcome, () => `${outcome.written} of ${outcome.read} faces written to ${out}`);
    });
}
