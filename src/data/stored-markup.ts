import * as z from 'zod';
import type { Markup } from './markup.js';

const indices = z.array(z.int().min(0));

/** A markup as model files and run folders hold it: a {@link Markup} to the letter, all indices within its points. */
export const storedMarkup: z.ZodType<Markup> = z
  .object({
    name: z.string(),
    points: z.array(z.string()).min(1),
    mirror: indices,
    contours: z.array(z.object({ name: z.string(), points: indices, closed: z.boolean() })),
    normalisers: z.array(z.object({ name: z.string(), from: indices, to: indices })),
  })
  .refine(({ points, mirror, contours, normalisers }) => {
    const lists = [
      mirror,
      ...contours.map((line) => line.points),
      ...normalisers.flatMap(({ from, to }) => [from, to]),
    ];
    return mirror.length === points.length && lists.flat().every((index) => index < points.length);
  }, 'refers to a point that it does not have');
