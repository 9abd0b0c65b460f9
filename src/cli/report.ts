import type { Command } from 'commander';
import { writeComparison } from '../report/comparison.js';
import { writeRunReport } from '../report/run-report.js';
import { isStory, writeStory } from '../report/story/story.js';
import { print } from './output.js';

interface Options {
  readonly out?: string;
  readonly sweep?: string;
  readonly json?: boolean;
}

/** Where the page of several runs goes if `--out` does not say: beside no run, since it belongs to none. */
const comparisonFile = 'comparison.html';
const storyFile = 'story.html';

export function reportCommand(program: Command): void {
  program
    .command('report')
    .summary('draw the report of a run again, compare runs, or tell their story')
    .description(
      'Draws figures and report.html of run folders, from what the folders hold alone. Several runs also share a page: those that learnt the same are compared; where they learnt different points, or from different data, the page tells the whole story, a part for each.',
    )
    .argument('<run...>', 'run folders')
    .option(
      '--out <file>',
      `the page of several runs; ${comparisonFile} or ${storyFile} where absent; of a story .md is its text`,
    )
    .option('--sweep <dir>', "a sweep whose figures stand under the first run's hyperparameters")
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  fiducial report runs/nose\n  fiducial report runs/face58 runs/face58-plain --out augmentation.html\n  fiducial report runs/nose runs/face58 runs/face68 --sweep runs/nose-sweep --out report.html',
    )
    .action(async (runs: string[], { out, sweep, json }: Options) => {
      const pages: string[] = [];
      for (const [i, run] of runs.entries()) {
        pages.push(await writeRunReport(run, sweep !== undefined && i === 0 ? { sweep } : {}));
      }
      const shared = runs.length > 1 || out !== undefined ? await sharedPage(runs, out) : {};
      print(json, { pages, ...shared }, () => [...pages, ...Object.values(shared)].join('\n'));
    });
}

async function sharedPage(runs: readonly string[], out: string | undefined): Promise<Record<string, string>> {
  if (isStory(runs)) return { story: await writeStory(runs, out ?? storyFile) };
  return { comparison: await writeComparison(runs, out ?? comparisonFile) };
}
