import { randomFor } from '../random.js';
import { textureOf } from './draw.js';
import type { Example, Fitted } from './fit.js';
import { drawFrom } from './scatter.js';

/**
 * How like each face is to the most like picture that the model was fitted to: correlations of what differs from the mean
 * face; 1 for a copy.
 */
export interface Likeness {
  /** Drawn faces and all pictures. */
  readonly drawn: readonly number[];
  /** Each picture and those of other people. */
  readonly people: readonly number[];
  /** Each picture and the others of the same person, where there are any. */
  readonly same: readonly number[];
}

/** Whether a model repeats what it was fitted to: `count` drawn faces beside the examples, by the texture within their points. */
export function likeness({ model, textures, face }: Fitted, examples: readonly Example[], count: number): Likeness {
  const places = face.flatMap((inside, i) => (inside ? [i] : []));
  const known = textures.map((texture) => peculiar(texture, model.meanTexture, places));
  const { persons, pictures, views } = model.population;
  const drawn = Array.from({ length: count }, (_, i) => {
    const random = randomFor(0, 'likeness', i);
    const { mean } = views[i % views.length]!;
    const own = drawFrom(persons, mean.length, random);
    const moment = drawFrom(pictures, mean.length, random);
    const texture = textureOf(
      model,
      mean.map((value, k) => value + own[k]! + moment[k]!),
    );
    return nearestOf(peculiar(texture, model.meanTexture, places), known);
  });
  const beside = (i: number, same: boolean) =>
    known.filter((_, k) => k !== i && (examples[k]!.person === examples[i]!.person) === same);
  const each = (same: boolean) =>
    known.map((own, i) => nearestOf(own, beside(i, same))).filter((value) => Number.isFinite(value));
  return { drawn, people: each(false), same: each(true) };
}

/** What of a face is not the mean's, of length 1. */
function peculiar(texture: Float32Array, mean: Float32Array, places: readonly number[]): Float32Array {
  const own = Float32Array.from(places, (i) => texture[i]! - mean[i]!);
  const average = own.reduce((sum, value) => sum + value, 0) / own.length;
  const length = Math.sqrt(own.reduce((sum, value) => sum + (value - average) ** 2, 0));
  return own.map((value) => (value - average) / length);
}

function nearestOf(own: Float32Array, others: readonly Float32Array[]): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const other of others) {
    let product = 0;
    for (let i = 0; i < own.length; i++) product += own[i]! * other[i]!;
    most = Math.max(most, product);
  }
  return most;
}
