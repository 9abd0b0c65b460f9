import type { Tensor } from 'onnxruntime-common';
import { buildNetwork, type NetworkSettings } from '../models/network.js';
import { accelerate } from '../tensor/fast/accelerate.js';
import { blockSize } from '../tensor/fast/block-size.js';
import { encodeModel } from '../tensor/onnx/encode.js';
import { briefSpinning, type Runtime, type SessionOptions } from '../tensor/runtime.js';
import type { Weights } from '../tensor/weights.js';
import { mapValues } from './map-values.js';

/** A network in inference form whose weights are fed, so that one session judges it again and again while it learns. */
export interface Forward {
  /**
   * The network with these weights as they are now.
   * @returns what takes images [n, channels, height, width] and gives `points` [n, 2·points] and, of a network that knows how
   *   sure it is, `spread` [n, points], by name
   */
  by(weights: readonly Weights[]): (images: Float32Array) => Promise<Readonly<Record<string, Float32Array>>>;
  release(): Promise<void>;
}

/** @param batch how many pictures are predicted at a time */
export async function compileForward(
  settings: NetworkSettings,
  batch: number,
  runtime: Runtime,
  given: SessionOptions,
): Promise<Forward> {
  const options = { ...briefSpinning, ...given };
  const { graph, image, points, spread } = buildNetwork(settings, { training: false, batch });
  const { outputs } = accelerate(graph, spread ? [points, spread] : [points], {
    block: await blockSize(runtime, options),
  });
  const { bytes, inputs } = encodeModel(outputs, { outputNames: spread ? ['points', 'spread'] : ['points'] });
  const session = await runtime.InferenceSession.create(bytes, options);
  const by: Forward['by'] = (weights) => {
    const feeds: Record<string, Tensor> = {};
    for (const { name, shape } of inputs.filter((value) => value.name !== image.name)) {
      const data = weights.map(({ tensors }) => tensors.get(name)?.data).find((found) => found)!;
      // The runtime does not take memory that threads share.
      const own = data.buffer instanceof ArrayBuffer ? data : data.slice();
      feeds[name] = new runtime.Tensor('float32', own, shape) as Tensor;
    }
    return async (images) => {
      const results = await session.run({
        ...feeds,
        [image.name]: new runtime.Tensor('float32', images, image.shape) as Tensor,
      });
      return mapValues(results, ({ data }) => data as Float32Array);
    };
  };
  return { by, release: () => session.release() };
}
