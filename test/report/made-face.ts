import type { Contour, Markup } from '../../src/data/markup.js';

// A face of 58 points, drawn by formula: enough like one that a reader sees whether points lie where they should.

interface Part {
  readonly name: string;
  readonly count: number;
  readonly closed: boolean;
  /** Along the part, t from 0 to 1, in a face of width about 2 round (0, 0); depth is how far it stands out. */
  readonly at: (t: number) => { x: number; y: number; depth: number };
}

const ellipse = (cx: number, cy: number, rx: number, ry: number, depth: number) => (t: number) => ({
  x: cx - rx * Math.cos(2 * Math.PI * t),
  y: cy - ry * Math.sin(2 * Math.PI * t),
  depth,
});
const arc = (cx: number, cy: number, rx: number, ry: number, depth: number) => (t: number) => ({
  x: cx - rx * Math.cos(Math.PI * t),
  y: cy + ry * Math.sin(Math.PI * t),
  depth: depth * Math.sin(Math.PI * t),
});

const parts: readonly Part[] = [
  { name: 'jaw', count: 13, closed: false, at: arc(0, 0, 1, 1.25, 0.2) },
  { name: 'right eye', count: 8, closed: true, at: ellipse(0.42, -0.2, 0.2, 0.09, 0.55) },
  { name: 'left eye', count: 8, closed: true, at: ellipse(-0.42, -0.2, 0.2, 0.09, 0.55) },
  { name: 'right brow', count: 5, closed: false, at: arc(0.45, -0.42, 0.28, -0.1, 0.6) },
  { name: 'left brow', count: 5, closed: false, at: arc(-0.45, -0.42, 0.28, -0.1, 0.6) },
  { name: 'mouth', count: 8, closed: true, at: ellipse(0, 0.7, 0.35, 0.14, 0.6) },
  {
    name: 'nose',
    count: 11,
    closed: false,
    at: (t) => ({
      x: 0.22 * Math.sin(2 * Math.PI * t),
      y: 0.35 - 0.5 * Math.cos(2 * Math.PI * t) * (1 - t),
      depth: 0.9,
    }),
  },
];

const start = (part: number): number => parts.slice(0, part).reduce((sum, { count }) => sum + count, 0);

const contours: Contour[] = parts.map(({ name, count, closed }, p) => ({
  name,
  closed,
  points: Array.from({ length: count }, (_, i) => start(p) + i),
}));

export const madeMarkup: Markup = {
  name: 'made58',
  points: parts.flatMap(({ name, count }) => Array.from({ length: count }, (_, i) => `${name} ${i}`)),
  mirror: Array.from({ length: 58 }, (_, i) => i),
  contours,
  normalisers: [{ name: 'inter-ocular (outer eye corners)', from: [21], to: [13] }],
};

/** @param turn of the head, in radians @returns (x, y) pairs, shape [2·58] */
export function madeFace(centre: { x: number; y: number }, size: number, turn: number): Float32Array {
  const points = parts.flatMap(({ count, closed, at }) =>
    Array.from({ length: count }, (_, i) => {
      const { x, y, depth } = at(i / (closed ? count : count - 1));
      return [centre.x + size * (x * Math.cos(turn) + depth * Math.sin(turn)), centre.y + size * y];
    }).flat(),
  );
  return Float32Array.from(points);
}

/** The picture of such a face. */
export function madePicture(points: Float32Array, width: number, height: number, hue: number): string {
  const line = (contour: Contour) =>
    `M${contour.points.map((i) => `${points[2 * i]},${points[2 * i + 1]}`).join('L')}${contour.closed ? 'Z' : ''}`;
  const [jaw, ...rest] = contours;
  const top = points[2 * 31 + 1]! - (points[2 * 6 + 1]! - points[2 * 31 + 1]!) * 0.3;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="100%" height="100%" fill="hsl(${hue} 20% 35%)"/>
<path d="${line(jaw!)}Q${points[24]},${top} ${points[12]},${top}Q${points[0]},${top} ${points[0]},${points[1]}Z" fill="hsl(25 45% ${60 + (hue % 20)}%)"/>
${rest.map((c) => `<path d="${line(c)}" fill="${c.closed ? '#fff8' : 'none'}" stroke="#4a2c1c" stroke-width="${width / 160}"/>`).join('')}
</svg>`;
}
