import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../errors.js';
import { readAnnotation } from '../folder.js';
import type { Markup } from '../markup.js';
import { markupSchema } from '../markup-schema.js';
import { oneLine, quoted } from '../quoted.js';
import type { Dataset } from '../sample.js';
import { schemaIssue } from '../schema-issue.js';
import { type Face, samplesOf } from './faces.js';
import type { Format, ReadOptions } from './format.js';
import { withoutExtension } from './known-sets.js';
import { pictureLocator } from './locate-pictures.js';
import { mostFrequent } from './most-frequent.js';
import { pixels } from './numbers.js';
import { reporting } from './problem.js';
import { recogniseMarkup } from './recognise-markup.js';
import { contoursOf } from './skeleton.js';
import { writeCoco } from './write-coco.js';

const id = z.union([z.number(), z.string()]);

const fileSchema = z.object({
  info: z.object({ description: z.string().optional() }).optional().catch(undefined),
  licenses: z
    .array(z.object({ name: z.string().min(1) }))
    .optional()
    .catch(undefined),
  images: z.array(z.unknown()),
  annotations: z.array(z.unknown()),
  categories: z.array(z.unknown()),
});

const imageSchema = z.object({
  id,
  file_name: z.string().min(1),
  width: z.number().gt(0).optional(),
  height: z.number().gt(0).optional(),
});

const categorySchema = z.object({
  id,
  name: z.string().default(''),
  keypoints: z.array(z.string().min(1)).default([]),
  skeleton: z.array(z.tuple([z.int().min(1), z.int().min(1)])).default([]),
  /** Ours: the whole scheme. */
  markup: markupSchema.optional(),
});

const annotationSchema = z.object({
  image_id: id,
  category_id: id.optional(),
  bbox: z.array(z.unknown()).length(4).optional(),
  keypoints: z.array(z.unknown()).optional(),
  /** 1: the box surrounds many, whose keypoints are not told apart. */
  iscrowd: z.union([z.number(), z.boolean()]).optional(),
  /** Ours: what other readers of COCO pass over. */
  sample: z.object({ id: z.string(), group: z.string(), tags: z.record(z.string(), z.string()) }).optional(),
});

type Image = z.output<typeof imageSchema>;
type Category = z.output<typeof categorySchema>;
type Annotation = z.output<typeof annotationSchema> & { readonly where: string };

/**
 * Reads COCO keypoints, https://cocodataset.org/#format-data: faces of the one category that has keypoints. Its names and
 * skeleton make the markup where no known one fits. Crowds are left out; a face none of whose points is annotated has its
 * box alone. Throws an InputError that names the file and the entry, such as `annotations[12]`.
 */
export async function readCoco(file: string, options: ReadOptions = {}): Promise<Dataset> {
  const { onProblem } = options;
  const { info, licenses, ...lists } = parseWith(fileSchema, parseJson(await readAnnotation(file), file), file, '');
  const categories = lists.categories.map((entry, i) => parseWith(categorySchema, entry, file, `categories[${i}]`));
  const images = new Map<Image['id'], Image>();
  lists.images.forEach((entry, i) => {
    reporting(onProblem, () => {
      const image = parseWith(imageSchema, entry, file, `images[${i}]`);
      if (images.has(image.id))
        throw new InputError(`${file}: images[${i}].id is ${image.id}, as another's; make it unique`);
      images.set(image.id, image);
    });
  });
  const annotations = lists.annotations.flatMap((entry, i): Annotation[] => {
    const key = `annotations[${i}]`;
    const annotation = reporting(onProblem, () => parseWith(annotationSchema, entry, file, key));
    return annotation && !annotation.iscrowd ? [{ ...annotation, where: `${file}: ${key}` }] : [];
  });
  const { markup, category, order } = schemeOf(categories, annotations, options.markup, file);
  const locate = pictureLocator(options.pictures ?? dirname(file));
  const faces = annotations.flatMap((annotation): Face[] => {
    if (category && annotation.category_id !== undefined && annotation.category_id !== category.id) return [];
    const face = reporting(onProblem, () => faceOf(annotation, images, order, locate));
    return face ? [face] : [];
  });
  const { samples, ...rest } = await samplesOf(faces, file, onProblem);
  const stated = [...new Set(licenses?.map(({ name }) => oneLine(name)))].join('; ');
  const name = info?.description ? oneLine(info.description) : withoutExtension(basename(file));
  return { name, markup, samples, ...rest, ...(stated && { terms: stated }) };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const said = (error as Error).message.split('\n')[0]!;
    const position = /position (\d+)/.exec(said)?.[1];
    const line = text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length;
    const cutOff = /end of JSON|Unterminated/.test(said);
    throw new InputError(
      `${file}:${line}: is no JSON (${oneLine(said)}); ${cutOff ? 'the file is cut off, get it whole again' : 'mend it there'}`,
    );
  }
}

function parseWith<T>(schema: z.ZodType<T>, value: unknown, file: string, at: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { key, message } = schemaIssue(result.error, value);
  const path = [at, key].filter(Boolean).join('.') || 'the file';
  throw new InputError(`${file}: ${path} ${oneLine(message)}; is it COCO's format?`);
}

interface Scheme {
  readonly markup: Markup;
  /** What the faces are; absent where boxes alone are known. */
  readonly category: Category | undefined;
  /** The number of the keypoint that is each point. */
  readonly order: readonly number[];
}

function schemeOf(
  categories: readonly Category[],
  annotations: readonly Annotation[],
  given: Markup | undefined,
  file: string,
): Scheme {
  const withPoints = annotations.filter(({ keypoints }) => keypoints && keypoints.length > 0);
  const idsOf = (list: readonly Annotation[]) => new Set(list.map(({ category_id }) => category_id));
  const [pointed, present] = [idsOf(withPoints), idsOf(annotations)];
  const candidates = categories.filter(({ id, keypoints }) => keypoints.length > 0 || pointed.has(id));
  const used = candidates.length > 0 ? candidates : categories.filter(({ id }) => present.has(id));
  if (used.length > 1) {
    const names = used.map(({ name }) => quoted(name)).join(', ');
    throw new InputError(`${file}: has faces of several categories, ${names}; keep the annotations of one`);
  }
  const [category] = candidates;
  const count = category?.keypoints.length || Math.floor((mostFrequent(withPoints.map(sizeOf)) ?? 0) / 3);
  const markup = given ?? category?.markup ?? markupOf(category, count, file);
  if (count > 0) recogniseMarkup({ count }, markup, file);
  // Keypoints of the markup's own names stand where these say, others in its order.
  const named = markup.points.map((point) => category?.keypoints.indexOf(point) ?? -1);
  return { markup, category, order: named.includes(-1) ? markup.points.map((_, i) => i) : named };
}

/** From the names and the skeleton of a category. */
function markupOf(category: Category | undefined, count: number, file: string): Markup {
  if (!category) return recogniseMarkup({ count }, undefined, file);
  const { name, keypoints, skeleton } = category;
  const repeated = keypoints.find((point, i) => keypoints.indexOf(point) < i);
  if (repeated !== undefined) {
    throw new InputError(`${file}: category ${quoted(name)} has two keypoints ${quoted(repeated)}; rename one`);
  }
  const beyond = skeleton.flat().find((point) => point > count);
  if (beyond !== undefined) {
    throw new InputError(`${file}: the skeleton of ${quoted(name)} names point ${beyond} of ${count}; mend it`);
  }
  const named = keypoints.some((point, i) => point !== String(i));
  const markup = recogniseMarkup(
    { count, ...(named && { names: keypoints }), ...(name && { called: name }) },
    undefined,
    file,
  );
  return markup.contours.length > 0 ? markup : { ...markup, contours: contoursOf(skeleton) };
}

const sizeOf = ({ keypoints }: Annotation): number => keypoints?.length ?? 0;

function faceOf(
  annotation: Annotation,
  images: ReadonlyMap<Image['id'], Image>,
  order: readonly number[],
  locate: (name: string) => string,
): Face {
  const { where, image_id, bbox, keypoints, sample } = annotation;
  const image = images.get(image_id);
  if (!image) throw new InputError(`${where}.image_id is ${JSON.stringify(image_id)}, which no image has; mend it`);
  const { file_name, width, height } = image;
  const [left, top, wide, high] = bbox?.map((value, i) => pixels(value, where, `bbox[${i}]`)) ?? [];
  return {
    where,
    name: file_name,
    picture: locate(file_name),
    ...(width !== undefined && height !== undefined && { size: { width, height } }),
    ...(bbox && { box: { left: left!, top: top!, width: wide!, height: high! } }),
    ...(keypoints && keypoints.length > 0 && pointsOf(keypoints, order, where)),
    ...(sample && { id: oneLine(sample.id), group: sample.group, tags: sample.tags }),
  };
}

function pointsOf(
  keypoints: readonly unknown[],
  order: readonly number[],
  where: string,
): Pick<Face, 'points' | 'visible'> {
  const count = order.length;
  if (keypoints.length !== 3 * count) {
    throw new InputError(
      `${where}.keypoints has ${keypoints.length} numbers, where x, y and v of ${count} points are ${3 * count}; mend it or remove the face`,
    );
  }
  const points = new Float32Array(2 * count);
  const visible = new Uint8Array(count);
  for (const [i, from] of order.entries()) {
    const v = keypoints[3 * from + 2];
    if (v !== 0 && v !== 1 && v !== 2) {
      throw new InputError(
        `${where}.keypoints[${3 * from + 2}] is ${JSON.stringify(v)}, where a visibility of 0, 1 or 2 belongs`,
      );
    }
    visible[i] = v;
    if (v === 0) continue;
    points[2 * i] = pixels(keypoints[3 * from], where, `keypoints[${3 * from}]`);
    points[2 * i + 1] = pixels(keypoints[3 * from + 1], where, `keypoints[${3 * from + 1}]`);
  }
  if (visible.every((v) => v === 0)) return {};
  return { points, ...(visible.some((v) => v !== 2) && { visible }) };
}

export const coco: Format = {
  name: 'coco',
  about: 'COCO keypoints JSON: boxes, points with visibility, three decimals',
  ending: '.json',
  files: 'one',
  recognises: (start) => /"(annotations|images|categories)"\s*:\s*\[/.test(start),
  read: readCoco,
  write: writeCoco,
};
