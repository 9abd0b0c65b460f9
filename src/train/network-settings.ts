import type { NetworkSettings } from '../models/network.js';
import type { Recipe } from './recipe.js';

/**
 * The network that a recipe describes.
 * @param markupPoints how many points the data's markup has
 * @param meanShape the training faces' mean points in the unit square, [2·points]
 */
export function networkSettings(
  { model, input, data, loss }: Pick<Recipe, 'model' | 'input' | 'data' | 'loss'>,
  markupPoints: number,
  meanShape: Float32Array | undefined,
): NetworkSettings {
  const points = data.points?.length ?? markupPoints;
  const settings = { model, input, points, ...(loss.kind === 'likelihood' ? { spread: true } : {}) };
  if (model.start === 'zero' || !meanShape) return settings;
  return { ...settings, start: { shape: Array.from(meanShape), factor: model.startFactor } };
}

/** The mean of rows of equal length. */
export function meanRow(rows: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let i = 0; i < sum.length; i++) sum[i]! += row[i]!;
  return Float32Array.from(sum, (value) => value / rows.length);
}
