/**
 * IEEE 754 half precision, as its bits: 1 of sign, 5 of exponent, 10 of fraction. Written out because typed arrays of it
 * are not in every engine that runs this.
 */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The nearest half, of two equally near the even one; beyond 65504 infinity. */
function half(x: number): number {
  float[0] = x;
  const sign = (bits[0]! >>> 16) & 0x8000;
  const magnitude = bits[0]! & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From halfway between the largest half and the next power of two.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below 2^-14 steps are 2^-24, as those of a float32 from 1/2 on are: its addition rounds.
    float[0] = Math.abs(x) + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

export function toHalf(elements: Float32Array): Uint16Array {
  const halves = new Uint16Array(elements.length);
  for (let i = 0; i < elements.length; i++) halves[i] = half(elements[i]!);
  return halves;
}

function fromBits(half: number): number {
  const [exponent, fraction] = [(half >>> 10) & 31, half & 1023];
  let magnitude = fraction * 2 ** -24;
  if (exponent === 31) magnitude = fraction === 0 ? Infinity : Number.NaN;
  else if (exponent > 0) magnitude = (1 + fraction / 1024) * 2 ** (exponent - 15);
  return half & 0x8000 ? -magnitude : magnitude;
}

/** Each half's value, made when first asked for: a model has millions of them, and there are 65,536. */
let values: Float32Array | undefined;

export function fromHalf(halves: Uint16Array): Float32Array {
  values ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => fromBits(half));
  const elements = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) elements[i] = values[halves[i]!]!;
  return elements;
}
