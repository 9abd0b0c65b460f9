import type { Answer } from '../models/network.js';
import type { Value } from '../tensor/graph.js';
import { distanceLikelihood, type Loss, l1, mse, smoothL1, wing } from '../tensor/losses.js';
import type { Recipe } from './recipe.js';

/** What a network's answer to a batch costs, given the true points [n, 2·points]. */
export type AnswerLoss = (answer: Answer, target: Value) => Value;

/** The loss that a recipe names. */
export function lossOf(loss: Recipe['loss']): AnswerLoss {
  switch (loss.kind) {
    case 'mse':
      return ofPoints(mse);
    case 'l1':
      return ofPoints(l1);
    case 'smooth-l1':
      return ofPoints(smoothL1(loss.beta));
    case 'wing':
      return ofPoints(wing(loss.w, loss.epsilon));
    case 'likelihood':
      return ({ points, spread }, target) => distanceLikelihood(points, spread!, target);
  }
}

const ofPoints =
  (loss: Loss): AnswerLoss =>
  ({ points }, target) =>
    loss(points, target);
