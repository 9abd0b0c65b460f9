import type { Recipe } from './recipe.js';

/** Epochs at one input size. */
export interface Stage {
  readonly input: Recipe['input'];
  /** How many epochs come before it. */
  readonly from: number;
  /** How many epochs there are when it is over. */
  readonly until: number;
}

/** At least one. */
export type Stages = readonly [Stage, ...Stage[]];

/** The stages of a training in order; the last, of the epochs that are left, is at the recipe's own input size. */
export function stagesOf({ input, train }: Pick<Recipe, 'input' | 'train'>): Stages {
  let from = 0;
  const early = (train.stages ?? []).map(({ epochs, height, width }) => {
    const stage = { input: { ...input, height, width }, from, until: from + epochs };
    from += epochs;
    return stage;
  });
  return [...early, { input, from, until: train.epochs }] as unknown as Stages;
}

/** Those that are not over after `epochs`, and the last in any case. */
export function stagesLeft(stages: Stages, epochs: number): Stages {
  return stages.filter(({ until }, i) => until > epochs || i === stages.length - 1) as unknown as Stages;
}

/**
 * How far a training has come after `step` steps, in steps of mean cost: one on larger pictures counts for more, as they
 * have more pixels, so that a falling learning rate is not at its end before the larger pictures have come.
 * Without stages, `step` itself.
 */
export function stepsByCost(recipe: Pick<Recipe, 'input' | 'train'>, stepsPerEpoch: number): (step: number) => number {
  const stages = stagesOf(recipe);
  if (stages.length === 1) return (step) => step;
  const parts = stages.map(({ input, from, until }) => ({
    steps: (until - from) * stepsPerEpoch,
    cost: input.width * input.height,
  }));
  const mean = parts.reduce((sum, { steps, cost }) => sum + steps * cost, 0) / (recipe.train.epochs * stepsPerEpoch);
  return (step) => {
    let left = step;
    let done = 0;
    for (const { steps, cost } of parts) {
      const here = Math.min(left, steps);
      done += (here * cost) / mean;
      left -= here;
    }
    return done;
  };
}
