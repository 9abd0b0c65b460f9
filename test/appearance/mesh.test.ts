import { describe, expect, it } from 'vitest';
import { meshMap, ringVertices, shownAt, triangulate, withoutEnd, withRings } from '../../src/appearance/mesh.js';
import { mapPoints } from '../../src/image/affine.js';

const size = { width: 40, height: 30 };
const points = Float64Array.from([10, 8, 25, 8, 24, 20, 12, 21, 18, 14]);

describe('a mesh', () => {
  it('has each of its points in its triangles, rings outside all of them', () => {
    const vertices = withRings(points);
    expect(vertices.length).toBe(points.length + 2 * ringVertices);
    expect(new Set(triangulate(vertices)).size).toBe(vertices.length / 2);
    const inside = meshMap({ triangles: triangulate(vertices), here: vertices, there: vertices }, size);
    for (let i = 0; i < points.length; i += 2) {
      expect(inside[2 * (Math.round(points[i + 1]!) * size.width + Math.round(points[i]!))]).not.toBeNaN();
    }
  });

  it('maps pixels as an affine map does that moves its vertices', () => {
    const map = [1.2, 0.1, -3, -0.2, 0.9, 4] as const;
    const places = meshMap({ triangles: triangulate(points), here: points, there: mapPoints(map, points) }, size);
    let covered = 0;
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const at = 2 * (y * size.width + x);
        if (Number.isNaN(places[at]!)) continue;
        covered++;
        const [u, v] = mapPoints(map, [x, y]);
        expect(places[at]).toBeCloseTo(u!, 3);
        expect(places[at + 1]).toBeCloseTo(v!, 3);
      }
    }
    // The quadrangle's area.
    expect(covered).toBeGreaterThan(150);
    expect(covered).toBeLessThan(210);
  });

  it('without end covers every pixel, also far from the points', () => {
    const here = withRings([2, 2, 4, 2, 4, 5, 2, 5]);
    const places = meshMap(withoutEnd({ triangles: triangulate(here), here, there: here }), size);
    expect(places.some((value) => Number.isNaN(value))).toBe(false);
  });
});

describe('shownAt', () => {
  const picture = { width: 2, height: 2, data: Uint8Array.from([0, 100, 200, 40]) };

  it('is bilinear, and at the border’s value beyond it', () => {
    expect(shownAt(picture, 1, 0)).toBe(100);
    expect(shownAt(picture, 0.5, 0)).toBe(50);
    expect(shownAt(picture, 0.5, 0.5)).toBe(85);
    expect(shownAt(picture, -7, 9)).toBe(200);
  });
});
