import { encodeMetadata, type ModelMetadata } from '../data/model-metadata.js';
import { buildNetwork, type NetworkSettings } from '../models/network.js';
import type { Value } from '../tensor/graph.js';
import { encodeModel } from '../tensor/onnx/encode.js';
import type { TensorData } from '../tensor/types.js';
import type { Weights } from '../tensor/weights.js';

/**
 * A network in inference form with its weights inside: `image` [n, channels, height, width] → `points` [n, 2·points],
 * any n.
 */
export function exportModel(
  settings: NetworkSettings,
  weights: readonly Weights[],
  metadata?: ModelMetadata,
): Uint8Array {
  const { graph, points } = buildNetwork(settings, { training: false, batch: 1 });
  const stored = new Map<Value, TensorData>();
  for (const value of [...graph.parameters, ...graph.buffers]) {
    for (const { tensors } of weights) {
      const tensor = tensors.get(value.name);
      if (tensor) stored.set(value, tensor.data);
    }
  }
  const encoded = encodeModel([points], {
    weights: stored,
    outputNames: ['points'],
    freeBatch: 'n',
    ...(metadata ? { metadata: encodeMetadata(metadata) } : {}),
  });
  return encoded.bytes;
}
