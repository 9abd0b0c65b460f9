import type { Tensor } from 'onnxruntime-common';
import { createGraph, input } from '../graph.js';
import { encodeModel } from '../onnx/encode.js';
import { conv } from '../ops/conv.js';
import type { Runtime, SessionOptions } from '../runtime.js';
import { blockedConv } from './blocked.js';

/** Block sizes of CPUs that ONNX Runtime knows, the larger first. */
const sizes = [16, 8, 4];

/**
 * How many channels a block of the blocked layout has on this CPU: 16 with AVX-512, 8 with AVX2; undefined where the
 * runtime has no such layout, as in WebAssembly. Found by convolving so and in the usual way: the wrong size gives
 * wrong numbers.
 */
export async function blockSize(runtime: Runtime, options: SessionOptions): Promise<number | undefined> {
  for (const size of sizes) {
    const graph = createGraph();
    const x = input(graph, 'x', [1, 32, 2, 2]);
    const weight = input(graph, 'weight', [32, 32, 1, 1]);
    const geometry = {
      kernel: [1, 1],
      stride: [1, 1],
      dilation: [1, 1],
      padBefore: [0, 0],
      padAfter: [0, 0],
      groups: 1,
    } as const;
    const outputs = [conv(x, weight), blockedConv(x, weight, undefined, geometry, size)];
    const { bytes } = encodeModel(outputs, { outputNames: ['usual', 'blocked'] });
    const ramp = (shape: readonly number[]) => {
      const size = shape.reduce((product, extent) => product * extent);
      return new runtime.Tensor(
        'float32',
        Float32Array.from({ length: size }, (_, i) => (i * 37) % 101),
        shape,
      ) as Tensor;
    };
    try {
      // Errors are expected here, the runtime need not log them.
      const session = await runtime.InferenceSession.create(bytes, {
        ...options,
        enableProfiling: false,
        logSeverityLevel: 4,
      });
      const { usual, blocked } = await session.run({ x: ramp(x.shape), weight: ramp(weight.shape) });
      await session.release();
      const right = usual!.data as Float32Array;
      if (right.every((element, i) => element === (blocked!.data as Float32Array)[i])) return size;
    } catch {
      return undefined;
    }
  }
  return undefined;
}
