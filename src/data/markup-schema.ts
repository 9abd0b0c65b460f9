import { z } from 'zod';
import type { Markup } from './markup.js';
import { mirrorByName } from './markups/numbered.js';

/** A point by its name or its index. */
const reference = z.union([z.string(), z.int().min(0)]);
const references = z.array(reference).min(1);

const written = z.strictObject({
  name: z.string().min(1),
  points: z.array(z.string().min(1)).min(1),
  /** Pairs that change places in the mirrored picture; the others mirror to themselves. Absent: by `left` and `right` in names. */
  mirror: z.array(z.tuple([reference, reference])).optional(),
  contours: z
    .array(z.strictObject({ name: z.string(), points: z.array(reference).min(2), closed: z.boolean().default(false) }))
    .default([]),
  normalisers: z.array(z.strictObject({ name: z.string(), from: references, to: references })).default([]),
});

/**
 * A markup as people write it: points are referred to by name or by index, the mirror is a list of pairs
 * (`[[left eye, right eye]]`). Parses to a Markup that is sound: names unique, indices in range, the mirror its own inverse.
 */
export const markupSchema = written.transform((value, context): Markup => {
  const { name, points } = value;
  const fail = (message: string, path: (string | number)[], input: unknown) => {
    context.addIssue({ code: 'custom', message, path, input });
    return 0;
  };
  points.forEach((point, i) => {
    if (points.indexOf(point) < i) fail('is the name of two points', ['points', i], point);
  });
  const index = (point: string | number, ...path: (string | number)[]): number => {
    const i = typeof point === 'number' ? point : points.indexOf(point);
    return i >= 0 && i < points.length ? i : fail(`is none of the ${points.length} points`, path, point);
  };
  const indices = (list: readonly (string | number)[], ...path: (string | number)[]) =>
    list.map((point, i) => index(point, ...path, i));

  const mirror = value.mirror ? points.map((_, i) => i) : mirrorByName(points);
  value.mirror?.forEach((pair, k) => {
    const [a, b] = [index(pair[0], 'mirror', k, 0), index(pair[1], 'mirror', k, 1)];
    if (mirror[a] !== a || mirror[b] !== b) fail('has a point that stands in another pair', ['mirror', k], pair);
    mirror[a] = b;
    mirror[b] = a;
  });
  return {
    name,
    points,
    mirror,
    contours: value.contours.map((contour, k) => ({
      ...contour,
      points: indices(contour.points, 'contours', k, 'points'),
    })),
    normalisers: value.normalisers.map((normaliser, k) => ({
      name: normaliser.name,
      from: indices(normaliser.from, 'normalisers', k, 'from'),
      to: indices(normaliser.to, 'normalisers', k, 'to'),
    })),
  };
});

/** What the schema reads back, with pairs for the mirror. */
export const plainMarkup = ({ name, points, mirror, contours, normalisers }: Markup): unknown => ({
  name,
  points,
  mirror: mirror.flatMap((partner, i) => (partner > i ? [[i, partner]] : [])),
  contours,
  normalisers,
});
