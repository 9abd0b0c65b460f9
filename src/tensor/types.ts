/** Element types that graphs use, by their ONNX names in lower case. */
export type ElementType = 'float32' | 'float16' | 'int64' | 'int32' | 'uint8' | 'bool';

export type Shape = readonly number[];

/** Data of a constant. float16 is kept as its bits; bool as 0 and 1. */
export type TensorData = Float32Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array;

export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, i) => extent === b[i]);

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** The graph being built is wrong: the message names the operator and the shapes. */
export class GraphError extends Error {
  override name = 'GraphError';
}

/** The shape of an element-wise operation by the multidirectional broadcasting of ONNX (and NumPy). */
export function broadcastShape(a: Shape, b: Shape, operator: string): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const p = a[i - rank + a.length] ?? 1;
    const q = b[i - rank + b.length] ?? 1;
    if (p !== q && p !== 1 && q !== 1) {
      throw new GraphError(`${operator}: shapes ${showShape(a)} and ${showShape(b)} do not broadcast`);
    }
    return p === 1 ? q : p;
  });
}
