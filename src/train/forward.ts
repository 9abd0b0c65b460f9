import { buildNetwork, type NetworkSettings } from '../models/network.js';
import { accelerate } from '../tensor/fast/accelerate.js';
import { blockSize } from '../tensor/fast/block-size.js';
import { encodeModel } from '../tensor/onnx/encode.js';
import { briefSpinning, type Runtime, type SessionOptions } from '../tensor/runtime.js';
import type { Weights } from '../tensor/weights.js';

/** A network in inference form whose weights are fed, so that one session judges it again and again while it learns. */
export interface Forward {
  /**
   * @param images [n, channels, height, width]
   * @returns `points` [n, 2·points] and, of a network that knows how sure it is, `spread` [n, points]
   */
  run(images: Float32Array, weights: readonly Weights[]): Promise<Readonly<Record<string, Float32Array>>>;
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
  const run: Forward['run'] = async (images, weights) => {
    const dataOf = (name: string) => {
      const data = weights.map(({ tensors }) => tensors.get(name)?.data).find((found) => found)!;
      // The runtime does not take memory that threads share.
      return data.buffer instanceof ArrayBuffer ? data : data.slice();
    };
    const feeds = inputs.map(({ name, shape }) => {
      const data = name === image.name ? images : dataOf(name);
      return [name, new runtime.Tensor('float32', data, shape)] as const;
    });
    const results = await session.run(Object.fromEntries(feeds) as never);
    return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
  };
  return { run, release: () => session.release() };
}
