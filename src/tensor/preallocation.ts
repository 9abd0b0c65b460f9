import type { Tensor } from 'onnxruntime-common';
import { createGraph, input } from './graph.js';
import { encodeModel } from './onnx/encode.js';
import { neg } from './ops/arithmetic.js';
import type { Runtime, Session, SessionOptions } from './runtime.js';

/**
 * What a session makes of the tensors given to `run` as fetches:
 * - `ignored`: their arrays stay as they are (onnxruntime-web 1.30);
 * - `filled`: the outputs are in their arrays;
 * - `filled, refused`: so they are, and {@link runRefused} spares what onnxruntime-node 1.30 does after that, which is to copy every
 *   output into a new array all the same: with ResNet-18 45 MB a step, whose pages have to be cleared before.
 */
export type Fetches = 'ignored' | 'filled' | 'filled, refused';

/** The name of the output that is refused. */
export const refused = 'refused';

/**
 * Runs a session all of whose outputs are given arrays, but for {@link refused}, a sequence, which is the first one: onnxruntime-node
 * has no way to hand back a sequence, and says so when all has been computed and before it copies anything.
 */
export async function runRefused(
  session: Session,
  feeds: Readonly<Record<string, Tensor>>,
  fetches: Readonly<Record<string, Tensor>>,
): Promise<void> {
  try {
    await session.run(feeds, { [refused]: null, ...fetches });
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('Non tensor type'))) throw error;
  }
}

/** Finds out what sessions of a runtime do, by one of a single node. */
export async function fetchesOf(runtime: Runtime, options: SessionOptions): Promise<Fetches> {
  const tensor = (data: Float32Array) => new runtime.Tensor('float32', data, [1]) as Tensor;
  const fills = async (emptySequence: string | undefined, run: typeof runRefused) => {
    const { bytes } = encodeModel([neg(input(createGraph(), 'x', [1]))], {
      outputNames: ['y'],
      ...(emptySequence ? { emptySequence } : {}),
    });
    const session = await runtime.InferenceSession.create(bytes, options);
    const array = new Float32Array(1);
    try {
      await run(session, { x: tensor(Float32Array.of(-1)) }, { y: tensor(array) });
    } finally {
      await session.release();
    }
    return array[0] === 1;
  };
  const refuses = await fills(refused, runRefused).catch(() => false);
  if (refuses) return 'filled, refused';
  const plain = async (...[session, feeds, fetches]: Parameters<typeof runRefused>) => {
    await session.run(feeds, fetches);
  };
  return (await fills(undefined, plain)) ? 'filled' : 'ignored';
}
