import type { Tensor } from 'onnxruntime-common';
import { createGraph, input } from './graph.js';
import { encodeModel } from './onnx/encode.js';
import { neg } from './ops/arithmetic.js';
import type { Runtime, SessionOptions } from './runtime.js';

/**
 * Whether a session writes its outputs into the arrays of the tensors given to `run` as fetches. onnxruntime-node does,
 * onnxruntime-web 1.30 takes such tensors but leaves their arrays as they were: a session of one node tells them apart.
 */
export async function writesIntoFetches(runtime: Runtime, options: SessionOptions): Promise<boolean> {
  const { bytes } = encodeModel([neg(input(createGraph(), 'x', [1]))], { outputNames: ['y'] });
  const session = await runtime.InferenceSession.create(bytes, options);
  const array = new Float32Array(1);
  const tensor = (data: Float32Array) => new runtime.Tensor('float32', data, [1]) as Tensor;
  await session.run({ x: tensor(Float32Array.of(-1)) }, { y: tensor(array) });
  await session.release();
  return array[0] === 1;
}
