import * as z from 'zod';
import { InputError } from '../errors.js';
import { storedMarkup } from './stored-markup.js';

const indices = z.array(z.int().min(0));

const fields = z.object({
  format: z.literal(1),
  name: z.string(),
  /** The scheme of the points that the model predicts. */
  markup: storedMarkup,
  /** The points' indices in the markup of the data set, where the model was trained on some of them. */
  chosen: indices.optional(),
  input: z.object({
    channels: z.union([z.literal(1), z.literal(3)]),
    height: z.int().min(1),
    width: z.int().min(1),
    crop: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('picture') }),
      z.object({ kind: z.literal('box'), factor: z.number().gt(0) }),
    ]),
    mean: z.number(),
    deviation: z.number().gt(0),
  }),
  /** The terms under which the training data, and so the weights, may be used. */
  terms: z.string(),
  /** All settings of the training. */
  recipe: z.unknown(),
});

const schema = fields.refine(({ chosen, markup }) => !chosen || chosen.length === markup.points.length);

/** What a model.onnx says of itself: all that prediction needs beside the graph. */
export type ModelMetadata = z.infer<typeof schema>;

/** The key of the ONNX metadata that holds it, as JSON. */
const key = 'fiducial';

export const encodeMetadata = (metadata: ModelMetadata): Record<string, string> => ({
  [key]: JSON.stringify(metadata),
});

/** Reads it back; throws an InputError that names the file where it is missing or broken. */
export function decodeMetadata(entries: Readonly<Record<string, string>>, file: string): ModelMetadata {
  const text = entries[key];
  if (text === undefined) {
    throw new InputError(
      `${file}: has no '${key}' metadata, so its points and input are unknown; use a model that fiducial wrote`,
    );
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new InputError(`${file}: its '${key}' metadata is broken; export the model again`);
  }
}
