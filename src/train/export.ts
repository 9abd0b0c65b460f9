import { chooseMarkup } from '../data/choose-points.js';
import { encodeMetadata, type ModelMetadata } from '../data/model-metadata.js';
import type { Dataset } from '../data/sample.js';
import { buildNetwork, type NetworkSettings } from '../models/network.js';
import { foldBatchNorm } from '../tensor/fold/fold-batch-norm.js';
import type { Value } from '../tensor/graph.js';
import { encodeModel } from '../tensor/onnx/encode.js';
import { sealed } from '../tensor/onnx/seal.js';
import type { TensorData } from '../tensor/types.js';
import type { Weights } from '../tensor/weights.js';
import type { Recipe } from './recipe.js';

/**
 * A network in inference form, batch norm folded, with its weights inside: `image` [n, channels, height, width] →
 * `points` [n, 2·points] in the crop's unit square, any n; of a network that knows how sure it is, `spread` [n, points]
 * too, in the same unit.
 */
export function exportModel(
  settings: NetworkSettings,
  weights: readonly Weights[],
  metadata?: ModelMetadata,
): Uint8Array {
  const { graph, points, spread } = buildNetwork(settings, { training: false, batch: 1 });
  const stored = new Map<Value, TensorData>();
  for (const value of [...graph.parameters, ...graph.buffers]) {
    for (const { tensors } of weights) {
      const tensor = tensors.get(value.name);
      if (tensor) stored.set(value, tensor.data);
    }
  }
  const { outputs, weights: folded } = foldBatchNorm({
    outputs: spread ? [points, spread] : [points],
    weights: stored,
  });
  const { bytes } = encodeModel(outputs, {
    weights: folded,
    outputNames: spread ? ['points', 'spread'] : ['points'],
    freeBatch: 'n',
    ...(metadata ? { metadata: encodeMetadata(metadata) } : {}),
  });
  return sealed(bytes);
}

/** What a model trained by this recipe on these data says of itself. */
export const metadataOf = (recipe: Recipe, { markup, terms, name }: Dataset): ModelMetadata => ({
  format: 1,
  name: recipe.name,
  markup: chooseMarkup(markup, recipe.data.points),
  ...(recipe.data.points ? { chosen: recipe.data.points } : {}),
  input: recipe.input,
  terms: terms ?? `not stated by the data (${name})`,
  recipe,
});
