import type { InferenceSession, InferenceSessionFactory, TensorConstructor } from 'onnxruntime-common';

/** What the engine needs of ONNX Runtime; `onnxruntime-node` and `onnxruntime-web` both are one. */
export interface Runtime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

export type SessionOptions = InferenceSession.SessionOptions;
export type Session = InferenceSession;

/**
 * Threads that have nothing to do sleep. ONNX Runtime's default is that they spin, which gains a twentieth on a machine
 * of one's own but, where cores are shared (two virtual ones may be one real one), takes half the speed from the thread
 * that works: see docs/performance.md.
 */
export const sleepingThreads: SessionOptions = { extra: { session: { intra_op: { allow_spinning: '0' } } } };
