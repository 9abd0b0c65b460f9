/**
 * A picture in memory: 8-bit samples, rows from the top, channels interleaved (1: grey, 3: RGB).
 * Pixel centres are at integers, so the picture covers x in [-0.5, width - 0.5].
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}
