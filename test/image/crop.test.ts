import { describe, expect, it } from 'vitest';
import { compose, identity, invert, mapPoints } from '../../src/image/affine.js';
import { boxAround } from '../../src/image/box.js';
import { cropMap, cropRectangle, fromUnit, toUnit } from '../../src/image/crop.js';

const picture = { width: 640, height: 480 };
const input = { width: 60, height: 80 };
const box = { left: 100, top: 50, width: 200, height: 100 };
const close = (values: ArrayLike<number>) => Array.from(values, (value) => expect.closeTo(value, 3));

describe('a crop of the whole picture', () => {
  const map = cropMap({ kind: 'picture' }, picture, box, input);

  it('maps edges to edges, so that pixel centres lie half a pixel within', () => {
    // The first input pixel covers 640/60 by 480/80 picture pixels from the edge at -0.5.
    expect([...mapPoints(map, [-0.5, -0.5, 59.5, 79.5, 0, 0])]).toEqual(
      close([-0.5, -0.5, 639.5, 479.5, 640 / 120 - 0.5, 3 - 0.5]),
    );
  });
});

describe('a crop around a box', () => {
  it('is the square about its centre, factor times the longer side, and is not clamped', () => {
    expect(cropRectangle({ kind: 'box', factor: 1.5 }, picture, box)).toEqual({
      left: 50,
      top: -50,
      width: 300,
      height: 300,
    });
  });

  it('maps the box’s centre to the input’s', () => {
    const square = { width: 32, height: 32 };
    const map = cropMap({ kind: 'box', factor: 1.3 }, picture, box, square);
    expect([...mapPoints(map, [15.5, 15.5])]).toEqual(close([200, 100]));
  });
});

describe('the unit square', () => {
  it('has 0 and 1 at the input’s edges', () => {
    expect([...toUnit(Float32Array.of(-0.5, -0.5, 59.5, 79.5, 29.5, 39.5), input)]).toEqual(
      close([0, 0, 1, 1, 0.5, 0.5]),
    );
  });

  it('keeps points outside where they are, there and back', () => {
    const outside = Float32Array.of(-100, 500, 61, -3);
    const unit = toUnit(outside, input);
    expect(unit[0]).toBeCloseTo(-99.5 / 60, 5);
    expect(unit[1]).toBeCloseTo(500.5 / 80, 5);
    expect([...fromUnit(unit, input)]).toEqual(close(outside));
  });

  it('gives back a picture’s points, whatever the crop', () => {
    const points = Float32Array.of(-20, 10, 639, 479, 700, 500, 123.25, 77.5);
    for (const crop of [{ kind: 'picture' }, { kind: 'box', factor: 0.7 }] as const) {
      const map = cropMap(crop, picture, boxAround(points.subarray(2, 8)), input);
      const unit = toUnit(mapPoints(invert(map), points), input);
      expect([...mapPoints(map, fromUnit(unit, input))]).toEqual(close(points));
      expect(compose(map, invert(map)).map((value) => expect.closeTo(value, 9))).toEqual([...identity]);
    }
  });
});
