import type { Weights } from '../weights.js';

/** Elements `start` to `end` (exclusive) of a flat block of weights. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What changes the parameters, given their gradients. */
export interface Optimiser {
  /** What it remembers from step to step, by name, each as long as the parameters: save these to resume. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /**
   * Changes `parameters` in place (and `state`); `gradients` is left as it is.
   * @param learningRate of this step
   * @param step how many steps were made before this one: 0 for the first
   */
  step(parameters: Float32Array, gradients: Float32Array, learningRate: number, step: number): void;
}

export interface Decay {
  /** 0 where absent. */
  readonly weightDecay?: number;
  /** The elements that decay, ascending and apart from one another; all of them where absent. */
  readonly decays?: readonly Range[];
}

export interface OptimiserMemory {
  /** Arrays to keep the optimiser's state in, by its names, such as shared ones; new ones of zeros where absent. */
  readonly state?: Readonly<Record<string, Float32Array>>;
}

/** The ranges of those weights that `decays` says yes to, neighbours joined: for decay on kernels but not on biases, say. */
export function rangesOf(
  weights: Weights,
  decays: (name: string, shape: readonly number[]) => boolean,
): readonly Range[] {
  const ranges: Range[] = [];
  let start = 0;
  for (const [name, { shape, data }] of weights.tensors) {
    const end = start + data.length;
    const last = ranges.at(-1);
    if (!decays(name, shape)) {
      // left out
    } else if (last?.end === start) ranges[ranges.length - 1] = { start: last.start, end };
    else ranges.push({ start, end });
    start = end;
  }
  return ranges;
}

/** The whole of [0, size) in pieces, each with the weight decay that holds in it. */
export function decayPieces(
  size: number,
  { weightDecay = 0, decays }: Decay,
): readonly (Range & { readonly decay: number })[] {
  if (weightDecay === 0 || !decays) return [{ start: 0, end: size, decay: weightDecay }];
  const pieces: (Range & { decay: number })[] = [];
  let reached = 0;
  for (const { start, end } of decays) {
    if (start < reached || end < start || end > size) {
      throw new RangeError(`decay range ${start} to ${end} does not fit after ${reached} in ${size} parameters`);
    }
    pieces.push({ start: reached, end: start, decay: 0 }, { start, end, decay: weightDecay });
    reached = end;
  }
  return [...pieces, { start: reached, end: size, decay: 0 }].filter(({ start, end }) => end > start);
}
