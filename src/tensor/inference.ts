import type { Tensor } from 'onnxruntime-common';
import { InputError, reason } from '../errors.js';
import type { Runtime, SessionOptions } from './runtime.js';

/** A model of one input, ready to run. */
export interface Inference {
  /** Their names. */
  readonly outputs: readonly string[];
  /** @param input [n, …] as `shape` says @returns each output's elements, row-major, by its name */
  run(input: Float32Array, shape: readonly number[]): Promise<Readonly<Record<string, Float32Array>>>;
  release(): Promise<void>;
}

/** Throws an InputError that names `source` where the runtime does not take the model. */
export async function openInference(
  model: Uint8Array,
  source: string,
  runtime: Runtime,
  options: SessionOptions = {},
): Promise<Inference> {
  let session: Awaited<ReturnType<Runtime['InferenceSession']['create']>>;
  try {
    session = await runtime.InferenceSession.create(model, options);
  } catch (error) {
    throw new InputError(`${source}: ONNX Runtime cannot load it (${reason(error)}); export or copy it anew`);
  }
  const [inputName] = session.inputNames as [string];
  return {
    outputs: session.outputNames,
    run: async (input, shape) => {
      const results = await session.run({ [inputName]: new runtime.Tensor('float32', input, shape) as Tensor });
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
    },
    release: () => session.release(),
  };
}
