import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const mainFile = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

if (!existsSync(mainFile)) throw new Error('the command line is tested as it is built: first `npm run build`');

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command to its end. */
export function fiducial(args: readonly string[], folder?: string): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mainFile, ...args], {
    encoding: 'utf8',
    ...(folder ? { cwd: folder } : {}),
  });
  return { code: status, stdout, stderr };
}

/** The same for a command that must succeed: what it printed. */
export function succeed(args: readonly string[], folder?: string): string {
  const { code, stdout, stderr } = fiducial(args, folder);
  if (code !== 0) throw new Error(`fiducial ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

/** Starts the built command; `end` waits for it. */
export function start(args: readonly string[]) {
  const child = spawn(process.execPath, [mainFile, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const end = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { child, end };
}

/** Writes a small recipe of the made IMM faces: the nose by a thin CNN1, people 5 and 6 held out. */
export function writeSmallRecipe(file: string): void {
  writeFileSync(
    file,
    `name: small
data:
  markup: imm58
  points: [52]
  validation: { groups: 5-6 }
input:
  height: 60
  width: 60
  crop: { kind: picture }
model:
  name: cnn1
  channels: 4
  start: mean
  startFactor: 0.1
train:
  epochs: 20
  batch: 4
  learningRate: 1e-2
`,
  );
}
