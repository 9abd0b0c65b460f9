import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runFiles } from '../train/run-folder.js';
import { progressLine } from './progress.js';

const main = fileURLToPath(new URL('./main.js', import.meta.url));

/** A training as a process of its own. */
export interface Training {
  /** Its run folder; one that is finished is not trained again, one that was stopped goes on. */
  readonly folder: string;
  readonly epochs: number;
  /** Its command line, without --out and --resume. */
  readonly args: readonly string[];
}

export interface Outcome {
  /** What the trainings that failed said. */
  readonly messages: string[];
  readonly interrupted: boolean;
}

/** Runs trainings, `parallel` at a time, and waits for all. Ctrl-C stops them so that they can go on. */
export async function runSideBySide(trainings: readonly Training[], parallel: number): Promise<Outcome> {
  const progress = progressLine(`${trainings.length} runs`);
  const total = trainings.reduce((sum, { epochs }) => sum + epochs, 0);
  const children = new Set<ChildProcess>();
  const messages: string[] = [];
  let done = 0;
  let interrupted = false;
  const stop = () => {
    interrupted = true;
    for (const child of children) child.kill('SIGTERM');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const waiting = trainings.filter(({ folder }) => !existsSync(runFiles(folder).evaluation));
  for (const training of trainings) if (!waiting.includes(training)) done += training.epochs;
  const work = async () => {
    for (let training = waiting.shift(); training && !interrupted; training = waiting.shift()) {
      const child = start(training);
      children.add(child);
      let said = '';
      child.stderr!.on('data', (chunk) => {
        said += chunk;
      });
      child.on('message', () => progress.update(++done, total, 'epochs'));
      const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
      children.delete(child);
      if (code !== 0 && !interrupted) messages.push(`${training.folder}: ${said.trim() || `ended with code ${code}`}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  progress.stop();
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  return { messages, interrupted };
}

function start({ folder, args }: Training): ChildProcess {
  const resumable = existsSync(runFiles(folder).checkpoint);
  // A run that was killed before its first checkpoint begins anew.
  if (!resumable) rmSync(folder, { recursive: true, force: true });
  const all = [...args, '--out', folder, ...(resumable ? ['--resume'] : [])];
  // A group of its own, so that Ctrl-C reaches it once, through us.
  return fork(main, all, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true });
}
