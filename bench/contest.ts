import { type Contestant, fiducial, type Kind, pytorch } from './contestant.js';

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

export interface Outcome extends Event {
  readonly parts: number;
  /** fiducial's speed by that of PyTorch's faster memory layout: median over the rounds. Absent without PyTorch. */
  readonly ratio?: number;
  readonly ratios?: readonly number[];
  readonly fiducial: Side;
  readonly pytorch?: Side & { readonly layout: string; readonly otherLayout: Side };
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

const layouts = ['contiguous', 'channels_last'] as const;

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Measures fiducial and PyTorch in both memory layouts turn by turn, each in a process of its own, which sleeps while
 * another works: so that a change of the machine's speed hits all alike. Ratios are taken round by round.
 */
export async function contest({ network, batch }: Event, settings: Settings): Promise<Outcome> {
  const { kind, rounds, threads, parts, python, seconds, progress } = settings;
  const sides: Contestant[] = [await fiducial(network, batch, threads, kind, parts)];
  if (python) for (const layout of layouts) sides.push(await pytorch(python, network, batch, layout, threads, kind));
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
  for (let round = 0; round < rounds; round++) {
    for (const [i, side] of sides.entries()) {
      const measured = await side.work(steps[i]!);
      speeds[i]!.push((batch * steps[i]!) / measured.seconds);
      peaks[i] = measured.peakMb;
    }
    const now = speeds.map((list) => list.at(-1)!.toFixed(2)).join(' : ');
    progress(`${network}, batch ${batch}, round ${round + 1} of ${rounds}: ${now} images/s`);
  }
  for (const side of sides) await side.end();

  const results = sides.map((_, i): Side => ({ imagesPerSecond: median(speeds[i]!), peakMb: peaks[i]! }));
  const own = results[0]!;
  if (!python) return { network, batch, parts, fiducial: own };
  const faster = results[1]!.imagesPerSecond >= results[2]!.imagesPerSecond ? 1 : 2;
  const ratios = speeds[0]!.map((speed, round) => speed / speeds[faster]![round]!);
  const best = { ...results[faster]!, layout: layouts[faster - 1]!, otherLayout: results[3 - faster]! };
  return { network, batch, parts, ratio: median(ratios), ratios, fiducial: own, pytorch: best };
}
