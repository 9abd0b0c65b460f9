import type { Graph, Value } from '../graph.js';
import { constant } from '../graph.js';
import { matmul } from './matmul.js';

/** A matrix [rows, columns], row-major: how the elements along one axis are made of those before. */
export interface AxisMap {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** A matrix of zeros, for its maker to fill. */
export const emptyMap = (rows: number, columns: number): AxisMap => ({
  rows,
  columns,
  data: new Float32Array(rows * columns),
});

const asConstant = (graph: Graph, { rows, columns, data }: AxisMap) => constant(graph, data, [rows, columns]);

/**
 * heightᵀ · dy · width over the last two axes: the gradient to x of y = height · x · widthᵀ, which is what pooling by
 * means and resizing do to each channel. Two matrix products are exact for any window or ratio, and quick beside
 * the convolutions around them.
 */
export function separableGradient(dy: Value, height: AxisMap, width: AxisMap): Value {
  const across = matmul(dy, asConstant(dy.graph, width));
  return matmul(asConstant(dy.graph, height), across, { transA: true });
}
