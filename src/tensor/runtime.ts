import type { InferenceSession, InferenceSessionFactory, TensorConstructor } from 'onnxruntime-common';

/** What the engine needs of ONNX Runtime; `onnxruntime-node` and `onnxruntime-web` both are one. */
export interface Runtime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

export type SessionOptions = InferenceSession.SessionOptions;
export type Session = InferenceSession;
