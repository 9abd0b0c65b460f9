import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type Kind = 'train' | 'predict';

export interface Measured {
  readonly seconds: number;
  /** Most memory that the process ever held. */
  readonly peakMb: number;
}

/** A process of its own that works when told to, and sleeps between. */
export interface Contestant {
  readonly engine: string;
  readonly parameters: number;
  work(steps: number): Promise<Measured>;
  end(): Promise<void>;
}

const fileBeside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The PyTorch interpreter, or why there is none. FIDUCIAL_BENCH_PYTHON names another than Debian's. */
export function findPython(): { readonly python: string } | { readonly missing: string } {
  const named = process.env.FIDUCIAL_BENCH_PYTHON;
  for (const python of named ? [named] : ['/usr/bin/python3', 'python3']) {
    if (spawnSync(python, ['-c', 'import torch']).status === 0) return { python };
  }
  return {
    missing:
      'PyTorch is not installed: apt-get install python3-torch, or name a Python that has it in FIDUCIAL_BENCH_PYTHON',
  };
}

export const fiducial = (
  name: string,
  batch: number,
  threads: number,
  kind: Kind,
  parts: number,
): Promise<Contestant> =>
  start(process.execPath, [
    ...['--import', 'tsx', fileBeside('worker.ts')],
    ...[name, `${batch}`, `${threads}`, kind, `${parts}`],
  ]);

export const layouts = ['contiguous', 'channels_last'] as const;

/**
 * PyTorch allocates each tensor anew, and the C library gives large ones back to the system as soon as they are freed, so that
 * the next one's pages have to be cleared again: where that is slow, as in some virtual machines, it takes most of a step.
 */
export const allocators = ['as installed', 'keeps memory'] as const;
export type Allocator = (typeof allocators)[number];

/** glibc's: nothing is mapped apart, nothing given back. */
const keepMemory = { MALLOC_MMAP_THRESHOLD_: '4000000000', MALLOC_TRIM_THRESHOLD_: '8000000000' };

export interface Way {
  readonly layout: (typeof layouts)[number];
  readonly allocator: Allocator;
}

const environment = ({ allocator }: Way): Environment => (allocator === 'keeps memory' ? keepMemory : {});

export const pytorch = (
  python: string,
  name: string,
  batch: number,
  way: Way,
  threads: number,
  kind: Kind,
): Promise<Contestant> =>
  start(python, [fileBeside('pytorch/worker.py'), name, `${batch}`, way.layout, `${threads}`, kind], environment(way));

/** PyTorch's training of face58. */
export interface Training {
  /** How many samples an epoch has. */
  readonly samples: number;
  /** Makes so many epochs; tells how long each took, in seconds. */
  train(epochs: number): Promise<readonly number[]>;
  end(): Promise<void>;
}

export async function pytorchTraining(
  python: string,
  data: string,
  way: Way,
  threads: number,
  workers: number,
): Promise<Training> {
  const { first, ask, end } = await converse(
    python,
    [fileBeside('pytorch/face58.py'), data, way.layout, `${threads}`, `${workers}`],
    environment(way),
  );
  return { samples: first.samples, train: async (epochs) => (await ask(epochs)).seconds, end };
}

/** Runs a Node program to its end. */
export async function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
}

type Environment = Readonly<Record<string, string>>;

async function start(command: string, args: readonly string[], environment: Environment = {}): Promise<Contestant> {
  const { first, ask, end } = await converse(command, args, environment);
  return { engine: first.engine, parameters: first.parameters, work: ask, end };
}

/** A process that says something of itself, and then answers each number with an object, a line each. */
async function converse(command: string, args: readonly string[], environment: Environment) {
  const env = { ...process.env, ...environment };
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args.join(' ')} ended before it answered`);
    return JSON.parse(value as string);
  };
  const first = await answer();
  const ask = async (count: number) => {
    child.stdin!.write(`${count}\n`);
    return answer();
  };
  const end = async () => {
    const exit = once(child, 'exit');
    child.stdin!.end();
    await exit;
  };
  return { first, ask, end };
}
