import type { InferenceSession, InferenceSessionFactory, TensorConstructor } from 'onnxruntime-common';

/** What the engine needs of ONNX Runtime; `onnxruntime-node` and `onnxruntime-web` both are one. */
export interface Runtime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

export type SessionOptions = InferenceSession.SessionOptions;
export type Session = InferenceSession;

/**
 * Threads that wait for work spin for this long, and then sleep. By default ONNX Runtime lets them spin on and on, which in
 * about half of all cases took half the speed of the thread that worked (two virtual cores may be one real one); none at
 * all costs a twentieth: see docs/performance.md.
 */
export const briefSpinning: SessionOptions = {
  extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '200' } } },
};
