import { type Matrix, schemeOf } from './toom-cook.js';

/** Outputs of a tile along an axis. */
export type TileSize = 2 | 4;

/**
 * With 0, ±3/4, ±3/2 the error of F(4, 3) is a quarter of that with the usual 0, ±1, ±2, and 3 to 4 times that of a plain
 * convolution.
 */
const pointsFor: Readonly<Record<TileSize, readonly number[]>> = {
  2: [0, 1, -1],
  4: [0, 3 / 4, -3 / 4, 3 / 2, -3 / 2],
};

/** A two-dimensional scheme: the one-dimensional one along both axes, products counted row by row. */
export interface Winograd {
  readonly tile: TileSize;
  /** How many products a tile takes: (tile + 2)². */
  readonly products: number;
  /** [products, (tile + 2)²]: what is made of a tile of the input. */
  readonly input: Float32Array;
  /** [products, tile²]: how each product counts in each output. */
  readonly output: Float32Array;
  /** [products, 9]: what is made of a kernel; and of one turned by 180°. */
  readonly kernel: Float32Array;
  readonly turnedKernel: Float32Array;
}

export function winograd(tile: TileSize): Winograd {
  const { a, g, b } = schemeOf(pointsFor[tile], 3);
  return {
    tile,
    products: (tile + 2) ** 2,
    input: withItself(b),
    output: withItself(a),
    kernel: withItself(g),
    turnedKernel: withItself(g.map((row) => [...row].reverse())),
  };
}

/** The Kronecker product of a matrix with itself, row-major. */
const withItself = (matrix: Matrix): Float32Array =>
  Float32Array.from(matrix.flatMap((p) => matrix.flatMap((q) => p.flatMap((x) => q.map((y) => x * y)))));
