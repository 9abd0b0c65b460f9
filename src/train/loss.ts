import { type Loss, l1, mse, smoothL1, wing } from '../tensor/losses.js';
import type { Recipe } from './recipe.js';

/** The loss that a recipe names. */
export function lossOf(loss: Recipe['loss']): Loss {
  switch (loss.kind) {
    case 'mse':
      return mse;
    case 'l1':
      return l1;
    case 'smooth-l1':
      return smoothL1(loss.beta);
    case 'wing':
      return wing(loss.w, loss.epsilon);
  }
}
