/** A line through points, by index. */
export interface Contour {
  readonly name: string;
  readonly points: readonly number[];
  readonly closed: boolean;
}

/** The distance that a point error is divided by: between the mean of two groups of points. */
export interface Normaliser {
  /** As figures name it, e.g. `inter-ocular (outer eye corners)`. */
  readonly name: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** A scheme of points. */
export interface Markup {
  readonly name: string;
  /** One name a point, unique. */
  readonly points: readonly string[];
  /** The point that takes this one's place in the mirrored picture: `mirrored[i] = reflected[mirror[i]]`. Its own inverse. */
  readonly mirror: readonly number[];
  readonly contours: readonly Contour[];
  /** The first is the default. Empty where the markup has no such points. */
  readonly normalisers: readonly Normaliser[];
}
