import type { Markup } from '../markup.js';
import { mirrorOf } from './mirror.js';
import { range } from './range.js';

/** Left and right are the person's own: the left eye is on the picture's right. */
const points = [
  // 0–16: from the ear on the picture's left to the other
  ...['right-jaw-1', 'right-jaw-2', 'right-jaw-3', 'right-jaw-4', 'right-jaw-5', 'right-jaw-6', 'right-jaw-7'],
  ...['right-jaw-8', 'chin', 'left-jaw-8'],
  ...['left-jaw-7', 'left-jaw-6', 'left-jaw-5', 'left-jaw-4', 'left-jaw-3', 'left-jaw-2', 'left-jaw-1'],
  // 17–21 and 22–26
  ...['right-brow-outer-end', 'right-brow-outer', 'right-brow-middle', 'right-brow-inner', 'right-brow-inner-end'],
  ...['left-brow-inner-end', 'left-brow-inner', 'left-brow-middle', 'left-brow-outer', 'left-brow-outer-end'],
  // 27–35
  ...['nose-bridge-1', 'nose-bridge-2', 'nose-bridge-3', 'nose-tip'],
  ...['right-nose-wing', 'right-nostril', 'nose-septum-base', 'left-nostril', 'left-nose-wing'],
  // 36–41
  ...['right-eye-outer-corner', 'right-eye-upper-outer', 'right-eye-upper-inner'],
  ...['right-eye-inner-corner', 'right-eye-lower-inner', 'right-eye-lower-outer'],
  // 42–47
  ...['left-eye-inner-corner', 'left-eye-upper-inner', 'left-eye-upper-outer'],
  ...['left-eye-outer-corner', 'left-eye-lower-outer', 'left-eye-lower-inner'],
  // 48–59: the outer edge of the lips
  ...['right-mouth-corner', 'right-upper-lip-outer', 'right-upper-lip-peak', 'upper-lip-middle'],
  ...['left-upper-lip-peak', 'left-upper-lip-outer', 'left-mouth-corner', 'left-lower-lip-outer', 'left-lower-lip'],
  ...['lower-lip-middle', 'right-lower-lip', 'right-lower-lip-outer'],
  // 60–67: their inner edge
  ...['right-inner-mouth-corner', 'right-inner-upper-lip', 'inner-upper-lip-middle', 'left-inner-upper-lip'],
  ...['left-inner-mouth-corner', 'left-inner-lower-lip', 'inner-lower-lip-middle', 'right-inner-lower-lip'],
];

/** The 68 points of 300-W. Sagonas et al., "300 Faces in-the-Wild Challenge", 2013; after Multi-PIE. */
export const ibug68: Markup = {
  name: 'ibug68',
  points,
  mirror: mirrorOf(points),
  contours: [
    { name: 'jaw', points: range(0, 16), closed: false },
    { name: 'right-brow', points: range(17, 21), closed: false },
    { name: 'left-brow', points: range(22, 26), closed: false },
    { name: 'nose-bridge', points: range(27, 30), closed: false },
    { name: 'nose-base', points: range(31, 35), closed: false },
    { name: 'right-eye', points: range(36, 41), closed: true },
    { name: 'left-eye', points: range(42, 47), closed: true },
    { name: 'outer-mouth', points: range(48, 59), closed: true },
    { name: 'inner-mouth', points: range(60, 67), closed: true },
  ],
  normalisers: [
    { name: 'inter-ocular (outer eye corners)', from: [36], to: [45] },
    { name: 'inter-pupil (eye centres)', from: range(36, 41), to: range(42, 47) },
  ],
};
