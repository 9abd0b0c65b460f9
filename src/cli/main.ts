#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { InputError, reason } from '../errors.js';
import { GraphError } from '../tensor/types.js';
import { fiducialVersion } from './engine.js';

/** In the order of the help. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  tour: async () => (await import('./tour.js')).tourCommand,
  train: async () => (await import('./train.js')).trainCommand,
  evaluate: async () => (await import('./evaluate.js')).evaluateCommand,
  predict: async () => (await import('./predict.js')).predictCommand,
  gallery: async () => (await import('./gallery.js')).galleryCommand,
  summary: async () => (await import('./summary.js')).summaryCommand,
  samples: async () => (await import('./samples.js')).samplesCommand,
  features: async () => (await import('./features.js')).featuresCommand,
  sweep: async () => (await import('./sweep.js')).sweepCommand,
  study: async () => (await import('./study.js')).studyCommand,
  report: async () => (await import('./report.js')).reportCommand,
  convert: async () => (await import('./convert.js')).convertCommand,
  'fit-appearance': async () => (await import('./fit-appearance.js')).fitAppearanceCommand,
};

const program = new Command('fiducial')
  .description('Trains and runs facial-keypoint detectors.')
  .version(fiducialVersion)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(usageLine(text)) })
  .addHelpText(
    'after',
    '\nExamples:\n  fiducial tour                               see it work, on made faces\n  fiducial train nose --data imm_face_db      train the nose finder, with a report\n  fiducial predict runs/nose portrait.jpg     find the nose\n  fiducial summary cnn1                       the layer table\n  fiducial train --help                       what a command takes, with examples\n\nExit code 0: done; 1: it failed, one line says why; 2: wrong usage; 130: stopped, can be resumed.',
  );

// What a command needs takes a while to load; the others' is left where one is named. The tour runs others.
const named = process.argv[2] ?? '';
const alone = named !== 'tour' && Object.hasOwn(commands, named);
for (const load of alone ? [commands[named]!] : Object.values(commands)) {
  (await load())(program);
}

// What reads the output may have seen enough, such as `head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  // Who asks nothing is told what there is, which is no mistake.
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** What Commander says of a wrong command, as one line like all others. */
function usageLine(text: string): string {
  const message = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ');
  const command = program.commands.find((each) => each.name() === process.argv[2]);
  return `fiducial: ${message} (${['fiducial', ...(command ? [command.name()] : [])].join(' ')} --help tells what there is)\n`;
}

/** Says what went wrong, in one line for what a user can put right; anything else is a fault here and shows its trace. */
function exitCodeOf(error: unknown): number {
  // Commander has said it already; help and version are no mistakes.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const expected = error instanceof InputError || error instanceof GraphError;
  process.stderr.write(`fiducial: ${expected ? reason(error) : error instanceof Error ? error.stack : error}\n`);
  return error instanceof InputError ? error.exitCode : 1;
}
