import type { Command } from 'commander';
import { writeComparison } from '../report/comparison.js';
import { writeRunReport } from '../report/run-report.js';
import { print } from './output.js';

/** Where several runs are compared if `--out` does not say: beside no run, since it belongs to none. */
const comparisonFile = 'comparison.html';

export function reportCommand(program: Command): void {
  program
    .command('report')
    .summary('draw the report of a run again, or compare runs')
    .description(
      'Draws figures and report.html of run folders, from what the folders hold alone. Several runs are also compared on one page.',
    )
    .argument('<run...>', 'run folders')
    .option('--out <file>', `the page that compares the runs; ${comparisonFile} where absent`)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  fiducial report runs/nose\n  fiducial report runs/face58 runs/face58-plain --out augmentation.html',
    )
    .action(async (runs: string[], { out, json }: { out?: string; json?: boolean }) => {
      const file = out ?? (runs.length > 1 ? comparisonFile : undefined);
      const pages: string[] = [];
      for (const run of runs) pages.push(await writeRunReport(run));
      const comparison = file === undefined ? undefined : await writeComparison(runs, file);
      print(json, { pages, comparison }, () => [...pages, ...(comparison ? [comparison] : [])].join('\n'));
    });
}
