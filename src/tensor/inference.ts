import type { Tensor } from 'onnxruntime-common';
import { InputError, reason } from '../errors.js';
import { fastInference } from './fast/fast-inference.js';
import { briefSpinning, type Runtime, type Session, type SessionOptions } from './runtime.js';

/** A model of one input, ready to run. */
export interface Inference {
  /** Their names. */
  readonly outputs: readonly string[];
  /** @param input [n, …] as `shape` says @returns each output's elements, row-major, by its name */
  run(input: Float32Array, shape: readonly number[]): Promise<Readonly<Record<string, Float32Array>>>;
  release(): Promise<void>;
}

export interface InferenceOptions extends SessionOptions {
  /**
   * Many pictures are to be predicted, several at a time: spends some time and memory at the beginning on a faster form of
   * the model, where there is one.
   */
  readonly many?: boolean;
}

/** Throws an InputError that names `source` where the runtime does not take the model. */
export async function openInference(
  model: Uint8Array,
  source: string,
  runtime: Runtime,
  { many = false, ...given }: InferenceOptions = {},
): Promise<Inference> {
  const options = { ...briefSpinning, ...given };
  let session: Session;
  try {
    session =
      (many && (await openFast(model, runtime, options))) || (await runtime.InferenceSession.create(model, options));
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

/** Undefined where there is no faster form, be it that the engine or the runtime does not know some of the model. */
async function openFast(model: Uint8Array, runtime: Runtime, options: SessionOptions): Promise<Session | undefined> {
  try {
    const faster = fastInference(model);
    return faster && (await runtime.InferenceSession.create(faster, options));
  } catch {
    return undefined;
  }
}
