import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { modelNamed } from '../src/models/index.js';
import { contest, type Event, type Opponent, type Outcome, type Side } from './contest.js';
import { findPython, type Kind } from './contestant.js';

const fixed = (x: number, digits = 2): string => x.toFixed(digits);

const describeSide = ({ imagesPerSecond, peakMb }: Side): string =>
  `${fixed(imagesPerSecond)} images/s, ${fixed(1000 / imagesPerSecond)} ms an image, peak ${fixed(peakMb, 0)} MB`;

function describeOpponent(name: string, opponent: Opponent, own: Side): string[] {
  const { layout, otherLayout, ratio, ratios } = opponent;
  return [
    `  ${name}: ${describeSide(opponent)} (${layout}; the other layout ${describeSide(otherLayout)})`,
    `    ratio ${fixed(ratio)} (rounds: ${ratios.map((r) => fixed(r)).join(' ')})`,
    `    memory ${fixed(own.peakMb / opponent.peakMb)} of PyTorch's`,
  ];
}

/** What a terminal gets of an outcome. */
function describe({ network, batch, parts, fiducial, handoffs, pytorch, pytorchKeepingMemory }: Outcome): string {
  const lines = [
    `${network}, batch ${batch}${parts > 1 ? `, in ${parts} parts (fiducial only)` : ''}`,
    `  fiducial: ${describeSide(fiducial)}`,
  ];
  if (handoffs.length > 0) lines.push(`  from CPU to CPU: ${handoffs.map((ns) => fixed(ns, 0)).join(' ')} ns`);
  if (pytorch) lines.push(...describeOpponent('PyTorch as installed', pytorch, fiducial));
  if (pytorchKeepingMemory) {
    lines.push(...describeOpponent('PyTorch keeping its memory', pytorchKeepingMemory, fiducial));
  }
  return lines.join('\n');
}

/** The command line of a benchmark: runs the events one after the other and prints what came out. */
export async function benchCommand(kind: Kind, about: string, events: readonly Event[]): Promise<void> {
  const program = new Command(`bench:${kind}`)
    .description(about)
    .option('--json', 'print one JSON object')
    .option('--only <network>', 'one network only')
    .option('--batch <size>', 'with another batch size', Number)
    .option('--rounds <count>', 'how many rounds', Number, 7)
    .option(
      '--parts <count>',
      'compute each training batch in parts, side by side; batch norm sees one at a time',
      Number,
      1,
    )
    .option('--seconds <count>', 'how long a round lasts for each contestant, about', Number, 3)
    .addOption(new Option('--threads <count>').argParser(Number).default(availableParallelism(), 'all processors'))
    .parse();
  const options = program.opts<{
    json?: boolean;
    only?: string;
    batch?: number;
    rounds: number;
    seconds: number;
    threads: number;
    parts: number;
  }>();
  if (options.only) modelNamed(options.only);
  const chosen = events
    .filter(({ network }) => !options.only || network === options.only)
    .map((event) => (options.batch ? { ...event, batch: options.batch } : event))
    .filter((event, i, all) => all.findIndex((e) => e.network === event.network && e.batch === event.batch) === i);

  const found = findPython();
  if ('missing' in found) process.stderr.write(`fiducial is measured alone. ${found.missing}\n`);
  const python = 'python' in found ? found.python : undefined;
  const { rounds, seconds, threads, parts } = options;
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const outcomes: Outcome[] = [];
  for (const event of chosen) {
    outcomes.push(await contest(event, { kind, rounds, seconds, threads, parts, python, progress }));
    if (!options.json) console.log(describe(outcomes.at(-1)!));
  }
  if (options.json) console.log(JSON.stringify({ networks: byNetwork(outcomes) }));
}

/** The first batch size of a network under its name, each further one under `name-batch`. */
function byNetwork(outcomes: readonly Outcome[]): Record<string, Omit<Outcome, 'network'>> {
  const networks: Record<string, Omit<Outcome, 'network'>> = {};
  for (const { network, ...outcome } of outcomes) {
    networks[network in networks ? `${network}-${outcome.batch}` : network] = outcome;
  }
  return networks;
}
