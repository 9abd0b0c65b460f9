/**
 * Where the time of a training step goes, by operator, by layer and by node, from the runtime's own profile.
 * Layers are known by their parameters: a node belongs to those whose parameter it, or what it is computed for, needs.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { modelNamed } from '../src/models/index.js';
import { trainer } from './trainer.js';

/** An event of the profile, as far as it is read here. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Start and duration in µs. */
  readonly ts: number;
  readonly dur: number;
  readonly args: {
    readonly op_name?: string;
    readonly provider?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

const program = new Command('bench:profile')
  .option('--net <network>', 'a built-in network', 'resnet18')
  .option('--batch <size>', 'batch size', Number, 8)
  .option('--steps <count>', 'steps that are counted', Number, 4)
  .option('--top <count>', 'how many nodes are listed', Number, 40)
  .option('--threads <count>', 'threads', Number, availableParallelism())
  .parse();
const { net, batch, steps, top, threads } = program.opts<Record<string, number> & { net: string }>() as never as {
  net: string;
  batch: number;
  steps: number;
  top: number;
  threads: number;
};
modelNamed(net);

const folder = mkdtempSync(join(tmpdir(), 'fiducial-profile-'));
const warmUp = 3;
const work = await trainer(net, batch, {
  intraOpNumThreads: threads,
  enableProfiling: true,
  profileFilePrefix: join(folder, 'step'),
});
for (let i = 0; i < warmUp + steps; i++) await work.step();
await work.release();
const files = readdirSync(folder).filter((name) => name.startsWith('step'));
const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
rmSync(folder, { recursive: true });
const events = texts.map((text) => JSON.parse(text) as ProfileEvent[]).sort((a, b) => b.length - a.length)[0]!;
const runs = events.filter(({ name }) => name === 'model_run').slice(warmUp);
const since = Math.min(...runs.map(({ ts }) => ts));
const nodes = events.filter(({ cat, name, ts }) => cat === 'Node' && name.endsWith('_kernel_time') && ts >= since);
const milliseconds = (list: readonly ProfileEvent[]) => list.reduce((sum, { dur }) => sum + dur, 0) / 1000 / steps;

function grouped(key: (event: ProfileEvent) => string): [string, ProfileEvent[]][] {
  const groups = new Map<string, ProfileEvent[]>();
  for (const event of nodes) {
    const name = key(event);
    groups.set(name, [...(groups.get(name) ?? []), event]);
  }
  return [...groups].sort(([, a], [, b]) => milliseconds(b) - milliseconds(a));
}

const shapes = (list: ProfileEvent['args']['input_type_shape']) =>
  (list ?? []).map((shape) => `[${Object.values(shape)[0]!.join('×')}]`).join(' ');
const row = (ms: number, text: string) => console.log(`${ms.toFixed(2).padStart(9)} ms  ${text}`);

console.log(`${net}, batch ${batch}, ${threads} threads, a step (mean of ${steps})`);
row(milliseconds(runs), 'the whole run');
row(milliseconds(nodes), `all of ${nodes.length / steps} nodes`);
console.log('\nby operator');
for (const [name, list] of grouped(({ args }) => args.op_name!))
  row(milliseconds(list), `${name} (${list.length / steps})`);
console.log('\nby node');
for (const [name, list] of grouped(({ name }) => name).slice(0, top)) {
  const { args } = list[0]!;
  row(
    milliseconds(list),
    `${name.replace('_kernel_time', '')} ${shapes(args.input_type_shape)} → ${shapes(args.output_type_shape)}`,
  );
}
