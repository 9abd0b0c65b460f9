import type { Command } from 'commander';
import { writeRunReport } from '../report/run-report.js';
import { print } from './output.js';

export function reportCommand(program: Command): void {
  program
    .command('report')
    .summary('draw the report of a run again')
    .description('Draws figures and report.html of run folders, from what the folders hold alone.')
    .argument('<run...>', 'run folders')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  fiducial report runs/nose')
    .action(async (runs: string[], options: { json?: boolean }) => {
      const pages: string[] = [];
      for (const run of runs) pages.push(await writeRunReport(run));
      print(options.json, { pages }, () => pages.join('\n'));
    });
}
