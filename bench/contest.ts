import { median } from '../src/metrics/quantile.js';
import { type Allocator, allocators, type Contestant, fiducial, type Kind, layouts, pytorch } from './contestant.js';
import { handoff } from './handoff.js';

/** What one network is measured at. */
export interface Event {
  readonly network: string;
  readonly batch: number;
}

export interface Side {
  /** Median over the rounds. */
  readonly imagesPerSecond: number;
  readonly peakMb: number;
}

/** PyTorch with one allocator, in its faster memory layout. */
export interface Opponent extends Side {
  readonly layout: string;
  readonly otherLayout: Side;
  /** fiducial's speed by this one's: median over the rounds, and each. */
  readonly ratio: number;
  readonly ratios: readonly number[];
}

export interface Outcome extends Event {
  readonly parts: number;
  /** Those of `pytorch`; absent without PyTorch. */
  readonly ratio?: number;
  readonly ratios?: readonly number[];
  readonly fiducial: Side;
  /** Before each round, how long a thread took to see what another wrote, in nanoseconds; empty on one CPU. */
  readonly handoffs: readonly number[];
  /** PyTorch as it is installed. */
  readonly pytorch?: Opponent;
  /** The same, told to keep the memory that it frees. */
  readonly pytorchKeepingMemory?: Opponent;
}

export interface Settings {
  readonly kind: Kind;
  readonly rounds: number;
  readonly threads: number;
  /** In how many parts fiducial computes a batch of training, side by side; batch norm then sees one part at a time. */
  readonly parts: number;
  readonly python: string | undefined;
  /** How long a contestant works in a round, about. */
  readonly seconds: number;
  /** Told after each round. */
  readonly progress: (line: string) => void;
}

/**
 * Measures fiducial and PyTorch in both memory layouts, with both allocators, turn by turn, each in a process of its own,
 * which sleeps while another works: so that a change of the machine's speed hits all alike. Ratios are taken round by round.
 */
export async function contest({ network, batch }: Event, settings: Settings): Promise<Outcome> {
  const { kind, rounds, threads, parts, python, seconds, progress } = settings;
  const sides: Contestant[] = [await fiducial(network, batch, threads, kind, parts)];
  const ways = python ? allocators.flatMap((allocator) => layouts.map((layout) => ({ allocator, layout }))) : [];
  for (const way of ways) sides.push(await pytorch(python!, network, batch, way, threads, kind));
  for (const { engine, parameters } of sides) {
    if (parameters !== sides[0]!.parameters) {
      throw new Error(`${engine} has ${parameters} parameters in ${network}, fiducial ${sides[0]!.parameters}`);
    }
  }
  // The first steps grow memory and compile kernels; the third tells how many make a round.
  const steps: number[] = [];
  for (const side of sides) {
    await side.work(3);
    steps.push(Math.max(1, Math.round(seconds / (await side.work(1)).seconds)));
  }

  const speeds: number[][] = sides.map(() => []);
  const peaks = sides.map(() => 0);
  const handoffs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const taken = await handoff();
    if (taken !== undefined) handoffs.push(taken);
    for (const [i, side] of sides.entries()) {
      const measured = await side.work(steps[i]!);
      speeds[i]!.push((batch * steps[i]!) / measured.seconds);
      peaks[i] = measured.peakMb;
    }
    const now = speeds.map((list) => list.at(-1)!.toFixed(2)).join(' : ');
    const cpus = taken === undefined ? '' : `, ${taken.toFixed(0)} ns from CPU to CPU`;
    progress(`${network}, batch ${batch}, round ${round + 1} of ${rounds}: ${now} images/s${cpus}`);
  }
  for (const side of sides) await side.end();

  const results = sides.map((_, i): Side => ({ imagesPerSecond: median(speeds[i]!), peakMb: peaks[i]! }));
  const opponent = (allocator: Allocator): Opponent => {
    const [one, other] = layouts.map(
      (layout) => 1 + ways.findIndex((w) => w.allocator === allocator && w.layout === layout),
    );
    const [faster, slower] =
      results[one!]!.imagesPerSecond >= results[other!]!.imagesPerSecond ? [one!, other!] : [other!, one!];
    const ratios = speeds[0]!.map((speed, round) => speed / speeds[faster]![round]!);
    const { layout } = ways[faster - 1]!;
    return { ...results[faster]!, layout, otherLayout: results[slower]!, ratio: median(ratios), ratios };
  };
  const outcome = { network, batch, parts, fiducial: results[0]!, handoffs };
  if (!python) return outcome;
  const pytorchAsInstalled = opponent('as installed');
  const { ratio, ratios } = pytorchAsInstalled;
  return { ...outcome, ratio, ratios, pytorch: pytorchAsInstalled, pytorchKeepingMemory: opponent('keeps memory') };
}
