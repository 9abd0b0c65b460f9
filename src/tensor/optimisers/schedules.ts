/** The learning rate of a step, given how many steps were made before it: 0 for the first. */
export type Schedule = (step: number) => number;

/** The same rate always. */
export const constantRate =
  (rate: number): Schedule =>
  () =>
    rate;

export interface StepDecay {
  /** How many steps until the next fall. */
  readonly every: number;
  /** What the rate is multiplied by. */
  readonly factor: number;
}

/** A staircase: rate · factor^floor(step / every). */
export const stepRate =
  (rate: number, { every, factor }: StepDecay): Schedule =>
  (step) =>
    rate * factor ** Math.floor(step / every);

export interface Cosine {
  /** How many steps there are in all, the warm-up among them. */
  readonly steps: number;
  /** Over how many steps the rate first climbs in a line, from rate / warmUp; 0 where absent. */
  readonly warmUp?: number;
  /** The share of the rate that is left at the end; 0 where absent. */
  readonly final?: number;
}

/**
 * Half a cosine wave from `rate` down to final · rate at step `steps`, and there it stays, after a warm-up in a line.
 * Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017 (without the restarts).
 */
export function cosineRate(rate: number, { steps, warmUp = 0, final = 0 }: Cosine): Schedule {
  return (step) => {
    if (step < warmUp) return (rate * (step + 1)) / warmUp;
    const way = steps > warmUp ? Math.min(1, (step - warmUp) / (steps - warmUp)) : 1;
    return rate * (final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * way)));
  };
}
