import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readRecipe } from '../train/read-recipe.js';
import type { Recipe } from '../train/recipe.js';
import type { RunEvaluation } from '../train/run.js';
import { holdsRun, runFiles } from '../train/run-folder.js';
import { type TrainResult, train } from '../train/train.js';
import { openData } from './data.js';
import { runtime, sessionOptions, versions } from './engine.js';
import { writeFilterSheets } from './feature-sheets.js';
import { stopSignal } from './interrupt.js';
import { gather, positiveWhole } from './options.js';
import { columns, print, short } from './output.js';
import { trainingProgress } from './progress.js';
import { writeSampleSheet } from './sample-sheet.js';

interface Options {
  readonly data?: string;
  readonly out?: string;
  readonly set?: string[];
  readonly from?: string;
  readonly resume?: boolean;
  readonly threads?: number;
  readonly report: boolean;
  readonly progress?: boolean;
  readonly json?: boolean;
}

export function trainCommand(program: Command): void {
  program
    .command('train')
    .summary('train a network and report what it learnt')
    .description('Trains a network as a recipe says and writes a run folder with a report.')
    .argument('<recipe>', 'a built-in recipe (nose, …) or a YAML file')
    .option('--data <dir>', 'folder of the annotated pictures, or made:imm58 for made faces')
    .option('--out <dir>', 'the run folder; runs/NAME where absent, or the next free runs/NAME-2, …')
    .option(
      '--set <key=value>',
      'change a setting, such as train.learningRate=3e-4; may be given several times',
      gather,
    )
    .option('--from <run>', "begin with another run's weights, as far as they fit")
    .option('--resume', 'go on with a run that was stopped')
    .option('--threads <count>', 'threads of the engine; all cores where absent', positiveWhole)
    .option('--progress', 'tell how far it is every few seconds, also where there is no terminal')
    .option('--no-report', 'write no figures and no report.html')
    .option('--json', 'print the evaluation as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  fiducial train nose --data imm_face_db\n  fiducial train nose --data imm_face_db --set train.learningRate=1e-3 --out runs/slow\n  fiducial train nose --data imm_face_db --out runs/nose --resume\n  fiducial train my-points.yaml --from runs/face68',
    )
    .action(async (name: string, options: Options) => {
      const from = options.from === undefined ? [] : [`train.from=${JSON.stringify(options.from)}`];
      const recipe = readRecipe(name, [...(options.set ?? []), ...from]);
      const { folder, dataset } = await openData(options.data, recipe);
      const out = options.out ?? runFolder(recipe, options.resume ?? false);
      const stop = stopSignal();
      const progress = trainingProgress(recipe, options.progress);
      let result: TrainResult;
      try {
        result = await train({
          recipe,
          dataset,
          dataFolder: folder,
          out,
          resume: options.resume ?? false,
          runtime,
          sessionOptions: sessionOptions(options.threads),
          versions,
          signal: stop.signal,
          listener: progress,
        });
      } finally {
        progress.stop();
        stop.release();
      }
      const { evaluation } = result;
      if (!evaluation) {
        process.stderr.write(
          `stopped; go on with: fiducial train ${name} --out ${out} --resume (and the same settings)\n`,
        );
        process.exitCode = 130;
        return;
      }
      if (options.report) {
        await writeSampleSheet(recipe, dataset, runFiles(out).samples);
        await writeFilterSheets(runFiles(out).model, join(out, 'figures'));
        // Takes half a second to load, which a mistake in the command should not wait for.
        const { writeRunReport } = await import('../report/run-report.js');
        await writeRunReport(out);
      }
      print(options.json, { run: out, ...evaluation }, () => `${table(evaluation)}\n${reportOf(out)}`);
    });
}

/** `runs/NAME`, or the next that is free; to resume, the last that is not. */
export function runFolder({ name }: Pick<Recipe, 'name'>, resume: boolean): string {
  let last = join('runs', name);
  if (!holdsRun(last)) return last;
  for (let i = 2; ; i++) {
    const next = join('runs', `${name}-${i}`);
    if (!holdsRun(next)) return resume ? last : next;
    last = next;
  }
}

function table({ best, last, floor }: RunEvaluation): string {
  const rows = [
    [`best, epoch ${best.epoch}`, best],
    [`last, epoch ${last.epoch}`, last],
    ['the mean face', floor],
  ] as const;
  const head = ['validation', 'mean px', 'median px', 'MSE', `NME % (${best.nme?.normaliser ?? 'none'})`];
  return columns([
    head,
    ...rows.map(([label, { pixels, mse, nme }]) => [
      label,
      short(pixels.mean),
      short(pixels.median),
      mse.toExponential(2),
      nme ? short(nme.mean) : '-',
    ]),
  ]);
}

const reportOf = (out: string): string => {
  const page = join(out, 'report.html');
  return existsSync(page) ? `report: ${page}` : `run: ${out}`;
};
