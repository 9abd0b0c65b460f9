import { buildNetwork, type NetworkSettings } from '../../src/models/network.js';
import { randomFor } from '../../src/random.js';
import type { Value } from '../../src/tensor/graph.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import type { TensorData } from '../../src/tensor/types.js';
import { sizeOf } from '../../src/tensor/types.js';

/** A network in inference form, as it starts before any training. */
export function untrained(settings: NetworkSettings, metadata: Record<string, string> = {}): Uint8Array {
  const { graph, points, initialisers } = buildNetwork(settings, { training: false, batch: 1 });
  const weights = new Map<Value, TensorData>();
  for (const value of [...graph.parameters, ...graph.buffers]) {
    const data = new Float32Array(sizeOf(value.shape));
    initialisers.get(value.name)!(data, randomFor(1, value.name));
    weights.set(value, data);
  }
  return encodeModel([points], { weights, outputNames: ['points'], freeBatch: 'n', metadata }).bytes;
}
