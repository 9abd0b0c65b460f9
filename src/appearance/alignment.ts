/** A similarity: x' = a·x - b·y + c, y' = b·x + a·y + d; a = s·cos θ, b = s·sin θ. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** Maps (x, y) pairs, [2·n], to a new array. */
export function moved({ a, b, c, d }: Similarity, points: ArrayLike<number>): Float64Array {
  const out = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    out[i] = a * x - b * y + c;
    out[i + 1] = b * x + a * y + d;
  }
  return out;
}

export function inverse({ a, b, c, d }: Similarity): Similarity {
  const square = a * a + b * b;
  const [p, q] = [a / square, -b / square];
  return { a: p, b: q, c: -(p * c - q * d), d: -(q * c + p * d) };
}

/** The similarity that brings `from` nearest to `to`, by least squares. Both [2·n], not all of `from` in one place. */
export function similarityTo(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
  const [fx, fy] = centroid(from);
  const [tx, ty] = centroid(to);
  let [same, turned, square] = [0, 0, 0];
  for (let i = 0; i < from.length; i += 2) {
    const [x, y, u, v] = [from[i]! - fx, from[i + 1]! - fy, to[i]! - tx, to[i + 1]! - ty];
    same += x * u + y * v;
    turned += x * v - y * u;
    square += x * x + y * y;
  }
  const [a, b] = [same / square, turned / square];
  return { a, b, c: tx - a * fx + b * fy, d: ty - b * fx - a * fy };
}

/** Rounds of the alignment; shapes of faces stand still after four. */
const rounds = 10;

/**
 * Generalised Procrustes alignment: the mean shape, of centroid 0 and root mean square distance 1 from it, turned as the
 * shapes are on average. Gower, "Generalized Procrustes analysis", 1975.
 */
export function meanOfAligned(shapes: readonly ArrayLike<number>[]): Float64Array {
  let mean = standard(averaged(shapes.map(standard)));
  for (let round = 0; round < rounds; round++) {
    mean = standard(averaged(shapes.map((shape) => moved(similarityTo(shape, mean), shape))));
  }
  // Upright as the pictures are, on average: alignment to one another says nothing of that.
  const back = shapes.map((shape) => similarityTo(mean, shape)).map(({ a, b }) => Math.atan2(b, a));
  const angle = back.reduce((sum, value) => sum + value, 0) / back.length;
  return moved({ a: Math.cos(angle), b: Math.sin(angle), c: 0, d: 0 }, mean);
}

export function averaged(rows: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let i = 0; i < mean.length; i++) mean[i]! += row[i]! / rows.length;
  return mean;
}

function standard(points: ArrayLike<number>): Float64Array {
  const [x, y] = centroid(points);
  const centred = Float64Array.from(points, (value, i) => value - (i % 2 === 0 ? x : y));
  const size = Math.sqrt((2 * centred.reduce((sum, value) => sum + value * value, 0)) / centred.length);
  return centred.map((value) => value / size);
}

function centroid(points: ArrayLike<number>): [x: number, y: number] {
  let [x, y] = [0, 0];
  for (let i = 0; i < points.length; i += 2) {
    x += points[i]!;
    y += points[i + 1]!;
  }
  return [(2 * x) / points.length, (2 * y) / points.length];
}
