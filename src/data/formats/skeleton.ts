import type { Contour } from '../markup.js';

// COCO keeps lines as a list of edges, [from, to], whose indices count from 1.

/** Edges that follow each other become one line. */
export function contoursOf(skeleton: readonly (readonly [number, number])[]): Contour[] {
  const chains: number[][] = [];
  for (const [from, to] of skeleton) {
    const chain = chains.at(-1);
    if (chain && chain.at(-1) === from - 1) chain.push(to - 1);
    else chains.push([from - 1, to - 1]);
  }
  return chains.map((chain, i) => {
    const closed = chain.length > 3 && chain[0] === chain.at(-1);
    return { name: `line ${i}`, points: closed ? chain.slice(0, -1) : chain, closed };
  });
}

export const skeletonOf = (contours: readonly Contour[]): [number, number][] =>
  contours.flatMap(({ points, closed }) => {
    const path = closed ? [...points, points[0]!] : points;
    return path.slice(1).map((point, i): [number, number] => [path[i]! + 1, point + 1]);
  });
