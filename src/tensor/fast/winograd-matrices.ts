/** Outputs of a tile along an axis. */
export type TileSize = 2 | 4;

type Matrix = readonly (readonly number[])[];

/**
 * A one-dimensional scheme F(m, 3): m outputs of a kernel g of 3 taps from a tile d of m + 2 inputs, with m + 2
 * products instead of 3m: y = Aᵀ · (G·g ⊙ B·d), ⊙ element by element.
 */
interface Scheme {
  /** [m + 2][m] */
  readonly a: Matrix;
  /** [m + 2][3] */
  readonly g: Matrix;
  /** [m + 2][m + 2] */
  readonly b: Matrix;
}

/**
 * Kernel and outputs are looked at as polynomials, known by their values at m + 1 points and at infinity. Any points give
 * the same result but for rounding: with 0, ±3/4, ±3/2 the error of F(4, 3) is a quarter of that with the usual
 * 0, ±1, ±2, and 3 to 4 times that of a plain convolution.
 */
const pointsFor: Readonly<Record<TileSize, readonly number[]>> = {
  2: [0, 1, -1],
  4: [0, 3 / 4, -3 / 4, 3 / 2, -3 / 2],
};

/** Winograd, "Arithmetic complexity of computations", 1980, by the construction of Toom and Cook. */
function schemeOf(points: readonly number[]): Scheme {
  const outputs = points.length - 1;
  const powers = (x: number, count: number) => Array.from({ length: count }, (_, i) => x ** i);
  const atInfinity = (count: number) => Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));
  const others = (i: number) => points.filter((_, j) => j !== i);
  const weigh = (x: number, i: number) => others(i).reduce((product, other) => product * (x - other), 1);
  return {
    a: [...points.map((x) => powers(x, outputs)), atInfinity(outputs)],
    g: [...points.map((x, i) => powers(x, 3).map((power) => power / weigh(x, i))), atInfinity(3)],
    b: [...points.map((_, i) => [...withRoots(others(i)), 0]), withRoots(points)],
  };
}

/** Coefficients, lowest first, of the polynomial Π (x - root). */
function withRoots(roots: readonly number[]): number[] {
  let polynomial = [1];
  for (const root of roots) polynomial = [0, ...polynomial].map((above, i) => above - root * (polynomial[i] ?? 0));
  return polynomial;
}

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
  const { a, g, b } = schemeOf(pointsFor[tile]);
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
