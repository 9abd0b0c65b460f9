import { type Instance, instantiate, pageBytes } from '../wasm.js';
import type { Affine } from './affine.js';
import type { Size } from './crop.js';
import type { Picture } from './picture.js';
import { atATime, sampleLine } from './sample-line.js';

/** More sub-samples an axis than this gain nothing that a picture could show, and an absurd map must end. */
const mostSubSamples = 256;

/**
 * Draws a picture anew: output pixel (x, y) takes what the picture shows at `map`(x, y), both as pixel centres.
 * Bilinear between pixels. Where the map shrinks, each output pixel is the mean of a grid of samples over its footprint,
 * as many an axis as the footprint is long in picture pixels (rounded up), so that shrinking k times is the mean of k × k pixels.
 * Outside, the picture goes on as `fill`, a whole number of 0..255, blended over one pixel at its border.
 * → planes [channels, height, width], in 0..255. Throws a RangeError for a map that is not finite, or another fill.
 */
export function warp(
  picture: Picture,
  map: Affine,
  width: number,
  height: number,
  { fill }: { fill: number },
): Float32Array {
  if (!map.every(Number.isFinite)) throw new RangeError(`the map [${map}] is not finite`);
  if (!(Number.isInteger(fill) && fill >= 0 && fill <= 255))
    throw new RangeError(`the fill ${fill} is not of 0 to 255`);
  const planes = new Float32Array(picture.channels * height * width);
  for (let channel = 0; channel < picture.channels; channel++) {
    const plane = planes.subarray(channel * height * width, (channel + 1) * height * width);
    warpChannel(picture, channel, map, { width, height }, fill, plane);
  }
  return planes;
}

/** This thread's, whose memory grows to what the largest picture asked for. */
let sampler: Instance | undefined;

function warpChannel(picture: Picture, channel: number, map: Affine, size: Size, fill: number, plane: Float32Array) {
  sampler ??= instantiate(sampleLine());
  if (!sampler) throw new Error('pictures are warped by WebAssembly with vectors (SIMD), which this runtime lacks');
  const { memory, run } = sampler;
  const part = seenPart(picture, map, size);
  // In memory: the sums of samples, rows filled up to whole vectors; then the part of the picture, framed by fill.
  const row = atATime * Math.ceil(size.width / atATime);
  const start = 4 * row * size.height;
  const stride = part.width + 2;
  // A row and a pixel more: a sample on the frame reads them, though they count for nothing.
  const end = start + stride * (part.height + 3) + 1;
  if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / pageBytes));
  copyPart(picture, channel, part, new Uint8Array(memory.buffer, start, end - start).fill(fill), stride);
  const sums = new Float32Array(memory.buffer, 0, row * size.height).fill(0);

  const [a, b, c, d, e, f] = map;
  const columns = subSamples(a, d);
  const rows = subSamples(b, e);
  const [left, top] = [part.left - 1, part.top - 1];
  for (let y = 0; y < size.height; y++) {
    for (let i = 0; i < rows; i++) {
      const at = y + (i + 0.5) / rows - 0.5;
      for (let j = 0; j < columns; j++) {
        const shift = (j + 0.5) / columns - 0.5;
        const u = a * shift + b * at + c - left;
        const v = d * shift + e * at + f - top;
        run(4 * y * row, 4 * (y + 1) * row, start, stride, u, v, a, d, part.width + 1, part.height + 1);
      }
    }
  }
  const samples = rows * columns;
  for (let y = 0, to = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) plane[to++] = sums[y * row + x]! / samples;
  }
}

/** A map that is off by rounding, such as 2.0000000001, must not cost another sample. */
const subSamples = (dx: number, dy: number) =>
  Math.min(mostSubSamples, Math.max(1, Math.ceil(Math.hypot(dx, dy) - 1e-6)));

interface Part extends Size {
  readonly left: number;
  readonly top: number;
}

/** The pixels of a picture between which samples can lie; one at its border where all lie outside. */
function seenPart(picture: Size, [a, b, c, d, e, f]: Affine, { width, height }: Size): Part {
  const range = (dx: number, dy: number, start: number, length: number): readonly [from: number, to: number] => {
    const ends = [-0.5, width - 0.5].flatMap((x) => [-0.5, height - 0.5].map((y) => start + dx * x + dy * y));
    if (!ends.every(Number.isFinite)) return [0, length - 1];
    const within = (at: number) => Math.min(length - 1, Math.max(0, at));
    // A pixel more on either side, for rounding.
    return [within(Math.floor(Math.min(...ends)) - 1), within(Math.ceil(Math.max(...ends)) + 1)];
  };
  const [left, right] = range(a, b, c, picture.width);
  const [top, bottom] = range(d, e, f, picture.height);
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** One channel of a part of the picture, a pixel from the upper and left border of `to`. */
function copyPart({ data, width, channels }: Picture, channel: number, part: Part, to: Uint8Array, stride: number) {
  for (let y = 0; y < part.height; y++) {
    const from = (part.top + y) * width + part.left;
    const at = (y + 1) * stride + 1;
    if (channels === 1) to.set(data.subarray(from, from + part.width), at);
    else for (let x = 0; x < part.width; x++) to[at + x] = data[channels * (from + x) + channel]!;
  }
}
