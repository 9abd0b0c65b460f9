import type { Tensor } from 'onnxruntime-common';
import { InputError, reason } from '../errors.js';
import type { DecodedModel } from '../tensor/onnx/decode.js';
import { encodeModel } from '../tensor/onnx/encode.js';
import type { Runtime, SessionOptions } from '../tensor/runtime.js';
import type { Convolution } from './convolutions.js';

/** What a convolution gives for one picture. */
export interface Activation {
  readonly name: string;
  /** The operator of the activation function it went through, such as `Relu`. */
  readonly activation?: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** [channels, height, width] */
  readonly maps: Float32Array;
}

/**
 * Runs a model on one picture and gives what its convolutions gave on the way.
 * @param planes the picture as the network is fed it, [1, channels, height, width]
 * Throws an InputError where the model takes other inputs than one such picture, or the runtime refuses it.
 */
export async function runActivations(
  model: DecodedModel,
  layers: readonly Convolution[],
  planes: Float32Array,
  runtime: Runtime,
  options: SessionOptions = {},
): Promise<Activation[]> {
  const outputNames = layers.map((_, i) => `activation_${i}`);
  const outputs = layers.map(({ output }) => output);
  const { bytes, inputs } = encodeModel(outputs, { weights: model.weights, outputNames });
  const [input, ...others] = inputs;
  if (!input || others.length > 0) throw new InputError(`the model takes ${inputs.length} inputs, not one picture`);
  try {
    const session = await runtime.InferenceSession.create(bytes, options);
    const fed = new runtime.Tensor('float32', planes, input.shape) as Tensor;
    const results = await session.run({ [input.name]: fed }).finally(() => session.release());
    return layers.map(({ name, output, activation }, i) => {
      const [, channels, height, width] = output.shape as [number, number, number, number];
      const maps = results[outputNames[i]!]!.data as Float32Array;
      return { name, ...(activation ? { activation } : {}), channels, height, width, maps };
    });
  } catch (error) {
    throw new InputError(`ONNX Runtime cannot run the model for its activations (${reason(error)})`);
  }
}
