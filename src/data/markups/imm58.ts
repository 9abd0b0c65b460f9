import type { Markup } from '../markup.js';
import { mirrorOf } from './mirror.js';
import { range } from './range.js';

/** Left and right are the person's own: the left eye is on the picture's right. */
const points = [
  // 0–12: from the ear on the picture's left to the other
  ...['right-jaw-1', 'right-jaw-2', 'right-jaw-3', 'right-jaw-4', 'right-jaw-5', 'right-jaw-6'],
  'chin',
  ...['left-jaw-6', 'left-jaw-5', 'left-jaw-4', 'left-jaw-3', 'left-jaw-2', 'left-jaw-1'],
  // 13–20
  ...['left-eye-outer-corner', 'left-eye-upper-outer', 'left-eye-upper-middle', 'left-eye-upper-inner'],
  ...['left-eye-inner-corner', 'left-eye-lower-inner', 'left-eye-lower-middle', 'left-eye-lower-outer'],
  // 21–28
  ...['right-eye-outer-corner', 'right-eye-upper-outer', 'right-eye-upper-middle', 'right-eye-upper-inner'],
  ...['right-eye-inner-corner', 'right-eye-lower-inner', 'right-eye-lower-middle', 'right-eye-lower-outer'],
  // 29–33 and 34–38
  ...['left-brow-inner-end', 'left-brow-inner', 'left-brow-middle', 'left-brow-outer', 'left-brow-outer-end'],
  ...['right-brow-inner-end', 'right-brow-inner', 'right-brow-middle', 'right-brow-outer', 'right-brow-outer-end'],
  // 39–46: the outer edge of the lips
  ...['right-mouth-corner', 'right-upper-lip-peak', 'upper-lip-middle', 'left-upper-lip-peak', 'left-mouth-corner'],
  ...['left-lower-lip', 'lower-lip-middle', 'right-lower-lip'],
  // 47–57: down one side of the nose and up the other; there is none at its tip
  ...['right-nose-root', 'right-nose-side', 'right-nose-wing-top', 'right-nose-wing', 'right-nostril'],
  'nose-septum-base',
  ...['left-nostril', 'left-nose-wing', 'left-nose-wing-top', 'left-nose-side', 'left-nose-root'],
];

/** The 58 points of the IMM face database. Nordstrøm et al., "The IMM Face Database", 2004; order and lines of its .asf files. */
export const imm58: Markup = {
  name: 'imm58',
  points,
  mirror: mirrorOf(points),
  contours: [
    { name: 'jaw', points: range(0, 12), closed: false },
    { name: 'left-eye', points: range(13, 20), closed: true },
    { name: 'right-eye', points: range(21, 28), closed: true },
    { name: 'left-brow', points: range(29, 33), closed: false },
    { name: 'right-brow', points: range(34, 38), closed: false },
    { name: 'mouth', points: range(39, 46), closed: true },
    { name: 'nose', points: range(47, 57), closed: false },
  ],
  normalisers: [
    { name: 'inter-ocular (outer eye corners)', from: [21], to: [13] },
    { name: 'inter-pupil (eye centres)', from: range(21, 28), to: range(13, 20) },
  ],
};
