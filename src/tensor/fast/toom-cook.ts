export type Matrix = readonly (readonly number[])[];

/**
 * A one-dimensional scheme F(m, r) of Winograd's method: m outputs of a kernel g of r taps from a window d of m + r - 1
 * inputs, with m + r - 1 products instead of m · r: y = Aᵀ · (G·g ⊙ B·d), ⊙ element by element.
 */
export interface Scheme {
  /** [m + r - 1][m] */
  readonly a: Matrix;
  /** [m + r - 1][r] */
  readonly g: Matrix;
  /** [m + r - 1][m + r - 1] */
  readonly b: Matrix;
}

/**
 * The scheme for kernels of so many taps. Kernel and outputs are looked at as polynomials, known by their values at these
 * points and at infinity; any points give the same result but for rounding.
 * Winograd, "Arithmetic complexity of computations", 1980, by the construction of Toom and Cook.
 */
export function schemeOf(points: readonly number[], taps: number): Scheme {
  const outputs = points.length + 2 - taps;
  const powers = (x: number, count: number) => Array.from({ length: count }, (_, i) => x ** i);
  const atInfinity = (count: number) => Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));
  const others = (i: number) => points.filter((_, j) => j !== i);
  const weigh = (x: number, i: number) => others(i).reduce((product, other) => product * (x - other), 1);
  return {
    a: [...points.map((x) => powers(x, outputs)), atInfinity(outputs)],
    g: [...points.map((x, i) => powers(x, taps).map((power) => power / weigh(x, i))), atInfinity(taps)],
    b: [...points.map((_, i) => [...withRoots(others(i)), 0]), withRoots(points)],
  };
}

/** The same products with inputs and outputs of like size: a power of two of each row goes into the kernel's. */
export function balanced({ a, g, b }: Scheme): Scheme {
  const sizes = (matrix: Matrix) => matrix.map((row) => 2 ** Math.round(Math.log2(Math.hypot(...row))));
  const [ofA, ofB] = [sizes(a), sizes(b)];
  const scaled = (matrix: Matrix, by: (row: number) => number) =>
    matrix.map((row, i) => row.map((element) => element * by(i)));
  return {
    a: scaled(a, (i) => 1 / ofA[i]!),
    b: scaled(b, (i) => 1 / ofB[i]!),
    g: scaled(g, (i) => ofA[i]! * ofB[i]!),
  };
}

/** Coefficients, lowest first, of the polynomial Π (x - root). */
function withRoots(roots: readonly number[]): number[] {
  let polynomial = [1];
  for (const root of roots) polynomial = [0, ...polynomial].map((above, i) => above - root * (polynomial[i] ?? 0));
  return polynomial;
}
