import type { Markup } from '../markup.js';
import { mirrorOf } from './mirror.js';

/** Left and right are the cat's own, as in the other markups; the authors of the data name them as the picture shows them. */
const points = [
  ...['right-eye', 'left-eye', 'mouth'],
  ...['right-ear-outer-base', 'right-ear-tip', 'right-ear-inner-base'],
  ...['left-ear-inner-base', 'left-ear-tip', 'left-ear-outer-base'],
];

/** The 9 points of a cat's head in the CAT data set. Zhang, Sun and Tang, "Cat Head Detection", 2008. */
export const cat9: Markup = {
  name: 'cat9',
  points,
  mirror: mirrorOf(points),
  contours: [
    { name: 'right-ear', points: [3, 4, 5], closed: false },
    { name: 'left-ear', points: [6, 7, 8], closed: false },
    { name: 'eyes-and-mouth', points: [0, 2, 1], closed: true },
  ],
  normalisers: [{ name: 'inter-pupil (eye centres)', from: [0], to: [1] }],
};
