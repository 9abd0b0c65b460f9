import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { InputError, UsageError } from '../errors.js';
import { readRecipe } from '../train/read-recipe.js';
import { writeJson } from '../train/run-folder.js';
import { parseVaried, planSweep, type SweepRun, type Varied } from '../train/sweep.js';
import { openData } from './data.js';
import { gather, positiveWhole } from './options.js';
import { print } from './output.js';
import { runSideBySide } from './side-by-side.js';

/** Memory that a training of one thread may take, when it is decided how many go side by side. */
const bytesPerRun = 1.5 * 2 ** 30;

interface Options {
  readonly data?: string;
  readonly out?: string;
  readonly set?: string[];
  readonly over: string[];
  readonly random?: number;
  readonly seeds: number;
  readonly parallel?: number;
  readonly json?: boolean;
}

export function sweepCommand(program: Command): void {
  program
    .command('sweep')
    .summary('train with many settings and compare')
    .description(
      'Trains a recipe with every combination of some settings (or random ones), several runs side by side, and writes one table and one report. The same command goes on where a stopped sweep was.',
    )
    .argument('<recipe>', 'a built-in recipe (nose, …) or a YAML file')
    .requiredOption(
      '--over <key=v1,v2>',
      'a setting and its values (or low..high with --random); may be given several times',
      gather,
    )
    .option('--random <count>', 'draw this many random combinations instead of all', positiveWhole)
    .option('--seeds <count>', 'train each combination with this many seeds', positiveWhole, 1)
    .option(
      '--parallel <count>',
      'how many trainings side by side; as many as cores and memory allow where absent',
      positiveWhole,
    )
    .option('--data <dir>', 'folder of the annotated pictures, or made:imm58 for made faces')
    .option('--out <dir>', "the sweep's folder; runs/NAME-sweep where absent")
    .option('--set <key=value>', 'change a setting of all runs; may be given several times', gather)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  fiducial sweep nose --data imm_face_db --over train.learningRate=1e-2,3e-3,1e-3 --over model.channels=16,32 --seeds 3\n  fiducial sweep nose --data imm_face_db --over train.learningRate=1e-4..1e-2 --random 20',
    )
    .action(async (name: string, options: Options) => {
      const recipe = readRecipe(name, options.set);
      const { folder: data } = await openData(options.data, recipe);
      const over = options.over.map(parseVaried);
      const seeds = Array.from({ length: options.seeds }, (_, i) => recipe.train.seed + i);
      const runs = planSweep(over, seeds, options.random);
      const sets = (run: SweepRun) => [
        ...(options.set ?? []),
        ...Object.entries(run.settings).map(([key, value]) => `${key}=${value}`),
        `train.seed=${run.seed}`,
      ];
      // A typing mistake in the last combination must not show after hours.
      const recipes = runs.map((run) => readRecipe(name, sets(run)));
      const out = options.out ?? join('runs', `${recipe.name}-sweep`);
      startOrGoOn(out, { recipe: name, set: options.set ?? [], over: values(over, runs), runs });

      const parallel =
        options.parallel ??
        Math.max(1, Math.min(availableParallelism(), runs.length, Math.floor(freemem() / bytesPerRun)));
      const threads = Math.max(1, Math.floor(availableParallelism() / parallel));
      const trainings = runs.map((run, i) => ({
        folder: join(out, run.folder),
        epochs: recipes[i]!.train.epochs,
        args: [
          'train',
          name,
          '--data',
          data,
          ...sets(run).flatMap((set) => ['--set', set]),
          '--threads',
          String(threads),
          '--no-report',
        ],
      }));
      const failures = await runSideBySide(trainings, parallel);
      if (failures.interrupted) {
        process.stderr.write('stopped; the same command goes on\n');
        process.exitCode = 130;
        return;
      }
      if (failures.messages.length === runs.length)
        throw new InputError(`every run failed, the first so: ${failures.messages[0]}`);
      for (const message of failures.messages) process.stderr.write(`${message}\n`);
      if (failures.messages.length > 0) process.exitCode = 1;
      const { writeSweepReport } = await import('../report/sweep-report.js');
      const page = writeSweepReport(out);
      print(
        options.json,
        { sweep: out, runs, page },
        () => `${readFileSync(join(out, 'table.md'), 'utf8').trim()}\nreport: ${page}`,
      );
    });
}

/** The values tried of each setting, in the order given; of drawn ones in the order drawn. */
const values = (over: readonly Varied[], runs: readonly SweepRun[]): Record<string, string[]> =>
  Object.fromEntries(over.map(({ key }) => [key, [...new Set(runs.map(({ settings }) => settings[key]!))]]));

function startOrGoOn(
  out: string,
  plan: { recipe: string; set: readonly string[]; over: unknown; runs: readonly SweepRun[] },
): void {
  const file = join(out, 'sweep.json');
  const text = JSON.stringify(plan, null, 2);
  if (existsSync(file)) {
    if (readFileSync(file, 'utf8').trim() === text) return;
    throw new UsageError(`${out} holds another sweep: give the same settings to go on with it, or another --out`);
  }
  writeJson(file, plan);
}
