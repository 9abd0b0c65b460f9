import type { Tensor } from 'onnxruntime-common';
import { InputError, reason } from '../errors.js';
import { blockSize } from './fast/block-size.js';
import { fastInference, type Preparation } from './fast/fast-inference.js';
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
  let kernels: Record<string, Tensor> = {};
  try {
    const fast = many ? await openFast(model, runtime, options) : undefined;
    session = fast?.session ?? (await runtime.InferenceSession.create(model, options));
    kernels = fast?.kernels ?? {};
  } catch (error) {
    throw new InputError(`${source}: ONNX Runtime cannot load it (${reason(error)}); export or copy it anew`);
  }
  const inputName = session.inputNames.find((name) => !kernels[name])!;
  return {
    outputs: session.outputNames,
    run: async (input, shape) => {
      const results = await session.run({
        ...kernels,
        [inputName]: new runtime.Tensor('float32', input, shape) as Tensor,
      });
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
    },
    release: () => session.release(),
  };
}

/** Undefined where there is no faster form, be it that the engine or the runtime does not know some of the model. */
async function openFast(model: Uint8Array, runtime: Runtime, options: SessionOptions) {
  try {
    const faster = fastInference(model, await blockSize(runtime, options));
    if (!faster) return undefined;
    const kernels: Record<string, Tensor> = {};
    for (const [name, preparation] of faster.kernels) kernels[name] = await prepare(preparation, runtime, options);
    return { session: await runtime.InferenceSession.create(faster.model, options), kernels };
  } catch {
    return undefined;
  }
}

async function prepare({ model, weight, shape }: Preparation, runtime: Runtime, options: SessionOptions) {
  const session = await runtime.InferenceSession.create(model, { ...options, enableProfiling: false });
  try {
    const tensor = new runtime.Tensor('float32', weight as Float32Array, shape) as Tensor;
    const { kernels } = await session.run({ weight: tensor });
    return kernels as Tensor;
  } finally {
    await session.release();
  }
}
