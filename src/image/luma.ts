/**
 * Grey as ITU-R BT.601 has it, 0.299 R + 0.587 G + 0.114 B of sRGB values, in 16-bit fixed point, rounded as Pillow's mode L
 * does. Interleaved RGB [3·n] → [n].
 */
export function luma(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = (19595 * rgb[at]! + 38470 * rgb[at + 1]! + 7471 * rgb[at + 2]! + 0x8000) >> 16;
  }
  return grey;
}
