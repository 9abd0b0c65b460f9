/** The mirror of a markup whose names begin with the person's own side: `left-brow-1` and `right-brow-1` change places. */
export function mirrorOf(points: readonly string[]): number[] {
  return points.map((name) => {
    const partner = name.replace(/^(left|right)-/, (side) => (side === 'left-' ? 'right-' : 'left-'));
    const index = points.indexOf(partner);
    if (index < 0) throw new RangeError(`the point ${name} has no partner ${partner}`);
    return index;
  });
}
