import type { Affine } from './affine.js';
import type { Picture } from './picture.js';

/** More sub-samples an axis than this gain nothing that a picture could show, and an absurd map must end. */
const mostSubSamples = 256;

/**
 * Draws a picture anew: output pixel (x, y) takes what the picture shows at `map`(x, y), both as pixel centres.
 * Bilinear between pixels. Where the map shrinks, each output pixel is the mean of a grid of samples over its footprint,
 * as many an axis as the footprint is long in picture pixels (rounded up), so that shrinking k times is the mean of k × k pixels.
 * Outside, the picture goes on as `fill`, blended over one pixel at its border.
 * → planes [channels, height, width], in 0..255. Throws a RangeError for a map that is not finite.
 */
export function warp(
  picture: Picture,
  map: Affine,
  width: number,
  height: number,
  { fill }: { fill: number },
): Float32Array {
  if (!map.every(Number.isFinite)) throw new RangeError(`the map [${map}] is not finite`);
  const [a, b, c, d, e, f] = map;
  const columns = subSamples(a, d);
  const rows = subSamples(b, e);
  const planes = new Float32Array(picture.channels * height * width);
  const line: Line = { u: 0, v: 0, du: a, dv: d, count: width };
  for (let y = 0; y < height; y++) {
    for (let row = 0; row < rows; row++) {
      const at = y + (row + 0.5) / rows - 0.5;
      for (let column = 0; column < columns; column++) {
        const shift = (column + 0.5) / columns - 0.5;
        line.u = a * shift + b * at + c;
        line.v = d * shift + e * at + f;
        addLine(picture, line, planes, y * width, height * width, fill);
      }
    }
  }
  const samples = rows * columns;
  if (samples > 1) for (let i = 0; i < planes.length; i++) planes[i]! /= samples;
  return planes;
}

/** A map that is off by rounding, such as 2.0000000001, must not cost another sample. */
const subSamples = (dx: number, dy: number) =>
  Math.min(mostSubSamples, Math.max(1, Math.ceil(Math.hypot(dx, dy) - 1e-6)));

/** Samples (u + k·du, v + k·dv) for k in 0..count - 1, in picture pixels. */
interface Line {
  u: number;
  v: number;
  readonly du: number;
  readonly dv: number;
  readonly count: number;
}

/** Adds a line of samples to a row of the planes. */
function addLine(picture: Picture, line: Line, planes: Float32Array, offset: number, plane: number, fill: number) {
  const { u, v, du, dv, count } = line;
  const [from, to] = span(u, du, picture.width - 1, ...span(v, dv, picture.height - 1, 0, count));
  addBorder(picture, line, 0, from, planes, offset, plane, fill);
  if (picture.channels === 1) addInsideGrey(picture, line, from, to, planes, offset);
  else addInsideColour(picture, line, from, to, planes, offset, plane);
  addBorder(picture, line, to, count, planes, offset, plane, fill);
}

/** The k in [low, high) for which start + k·step lies in [0, end); empty as [high, high], so that all is border before it. */
function span(start: number, step: number, end: number, low: number, high: number): [from: number, to: number] {
  const inside = (k: number) => {
    const at = start + k * step;
    return at >= 0 && at < end;
  };
  let from = low;
  let to = high;
  if (step !== 0) {
    const [first, last] = step > 0 ? [-start / step, (end - start) / step] : [(end - start) / step, -start / step];
    from = Math.max(low, Math.ceil(first));
    to = Math.min(high, Math.floor(last) + 1);
  }
  // The division rounds; what counts is where the samples themselves fall.
  while (from < to && !inside(from)) from++;
  while (from < to && !inside(to - 1)) to--;
  return from < to ? [from, to] : [high, high];
}

/** All four neighbours of each sample are pixels. */
function addInsideGrey(
  { data, width }: Picture,
  { u, v, du, dv }: Line,
  from: number,
  to: number,
  out: Float32Array,
  offset: number,
) {
  for (let k = from; k < to; k++) {
    const x = u + k * du;
    const y = v + k * dv;
    const left = x | 0;
    const top = y | 0;
    const fx = x - left;
    const fy = y - top;
    const at = top * width + left;
    const below = at + width;
    const upper = data[at]! + fx * (data[at + 1]! - data[at]!);
    const lower = data[below]! + fx * (data[below + 1]! - data[below]!);
    out[offset + k]! += upper + fy * (lower - upper);
  }
}

function addInsideColour(
  { data, width }: Picture,
  { u, v, du, dv }: Line,
  from: number,
  to: number,
  out: Float32Array,
  offset: number,
  plane: number,
) {
  for (let k = from; k < to; k++) {
    const x = u + k * du;
    const y = v + k * dv;
    const left = x | 0;
    const top = y | 0;
    const fx = x - left;
    const fy = y - top;
    const at = 3 * (top * width + left);
    const below = at + 3 * width;
    const upperRed = data[at]! + fx * (data[at + 3]! - data[at]!);
    const lowerRed = data[below]! + fx * (data[below + 3]! - data[below]!);
    const upperGreen = data[at + 1]! + fx * (data[at + 4]! - data[at + 1]!);
    const lowerGreen = data[below + 1]! + fx * (data[below + 4]! - data[below + 1]!);
    const upperBlue = data[at + 2]! + fx * (data[at + 5]! - data[at + 2]!);
    const lowerBlue = data[below + 2]! + fx * (data[below + 5]! - data[below + 2]!);
    out[offset + k]! += upperRed + fy * (lowerRed - upperRed);
    out[offset + plane + k]! += upperGreen + fy * (lowerGreen - upperGreen);
    out[offset + 2 * plane + k]! += upperBlue + fy * (lowerBlue - upperBlue);
  }
}

/** Any of a sample's four neighbours may be outside the picture, and then is `fill`. */
function addBorder(
  { data, width, height, channels }: Picture,
  { u, v, du, dv }: Line,
  from: number,
  to: number,
  out: Float32Array,
  offset: number,
  plane: number,
  fill: number,
) {
  for (let k = from; k < to; k++) {
    const x = u + k * du;
    const y = v + k * dv;
    const left = Math.floor(x);
    const top = Math.floor(y);
    const far = left < -1 || top < -1 || left >= width || top >= height;
    const fx = x - left;
    const fy = y - top;
    const hasLeft = left >= 0;
    const hasRight = left < width - 1;
    const hasTop = top >= 0;
    const hasBottom = top < height - 1;
    const right = channels;
    const down = channels * width;
    for (let channel = 0; channel < channels; channel++) {
      const to = offset + channel * plane + k;
      if (far) {
        out[to]! += fill;
        continue;
      }
      const at = channels * (top * width + left) + channel;
      const topLeft = hasTop && hasLeft ? data[at]! : fill;
      const topRight = hasTop && hasRight ? data[at + right]! : fill;
      const bottomLeft = hasBottom && hasLeft ? data[at + down]! : fill;
      const bottomRight = hasBottom && hasRight ? data[at + down + right]! : fill;
      const upper = topLeft + fx * (topRight - topLeft);
      const lower = bottomLeft + fx * (bottomRight - bottomLeft);
      out[to]! += upper + fy * (lower - upper);
    }
  }
}
