import { z } from 'zod';
import { augmentSchema } from './augment/settings.js';

const count = z.int().min(1);
const share = z.number().min(0).max(1);

const crop = z.discriminatedUnion('kind', [
  /** The whole picture, stretched to the input. */
  z.strictObject({ kind: z.literal('picture') }),
  /** The square around the box, `factor` times its longer side, padded where it leaves the picture. */
  z.strictObject({ kind: z.literal('box'), factor: z.number().min(0.5).max(4) }),
]);

const data = z.strictObject({
  /** Where the data lie, if `--data` does not say. */
  folder: z.string().optional(),
  /** The scheme of the data's points, such as `imm58`. */
  markup: z.string(),
  /** Which points of the markup to learn, by index; all where absent. */
  points: z.array(z.int().min(0)).min(1).optional(),
  /** Groups (people, photos) held out for validation: named ones, such as `33-40`, or a share of all, drawn by seed. */
  validation: z.union([
    z.strictObject({ groups: z.string() }),
    z.strictObject({ share: z.number().gt(0).lt(1), seed: z.int().default(0) }),
  ]),
});

const input = z.strictObject({
  /** 1: grey, 3: RGB. */
  channels: z.union([z.literal(1), z.literal(3)]).default(1),
  height: count,
  width: count,
  crop,
  /** The network sees (value / 255 - mean) / deviation. */
  mean: z.number().default(0.5),
  deviation: z.number().gt(0).default(1),
});

const model = z.strictObject({
  name: z.string(),
  /** Channels of the first convolution; the network's own number where absent. */
  channels: count.optional(),
  /** Share of features dropped in training, for networks with dropout. */
  dropout: z.number().min(0).lt(1).optional(),
  /** `zero`: the network's output is the points; `mean`: it is what is added, times `startFactor`, to the mean face. */
  start: z.enum(['zero', 'mean']).default('zero'),
  startFactor: z.number().gt(0).default(0.1),
});

const loss = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mse') }),
  z.strictObject({ kind: z.literal('l1') }),
  z.strictObject({ kind: z.literal('smooth-l1'), beta: z.number().gt(0).default(0.01) }),
  z.strictObject({
    kind: z.literal('wing'),
    w: z.number().gt(0).default(0.04),
    epsilon: z.number().gt(0).default(0.01),
  }),
  /** The network learns to say how sure it is of each point too. */
  z.strictObject({ kind: z.literal('likelihood') }),
]);

const schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({ kind: z.literal('step'), everyEpochs: count, factor: z.number().gt(0).lt(1) }),
  z.strictObject({ kind: z.literal('cosine'), warmupEpochs: z.number().min(0).default(0), final: share.default(0) }),
]);

const train = z.strictObject({
  epochs: count,
  batch: count,
  /**
   * In how many parts a batch is computed, side by side where there are cores; batch norm sees one part at a time. A
   * setting, not a matter of the machine, so that a run has the same numbers on any.
   */
  parts: count.default(1),
  optimiser: z.enum(['sgd', 'adam', 'adamw']).default('adam'),
  learningRate: z.number().gt(0),
  /** For sgd. */
  momentum: z.number().min(0).lt(1).default(0.9),
  weightDecay: z.number().min(0).default(0),
  schedule: schedule.prefault({ kind: 'constant' }),
  /** Largest norm of the whole gradient. */
  clip: z.number().gt(0).optional(),
  /** Decay of the moving average of the weights, which is then what is validated and shipped. */
  averaging: z.number().gt(0).lt(1).optional(),
  /** The first epochs, at other input sizes: small pictures teach fast. Counted in `epochs`; the rest are at the input's. */
  stages: z.array(z.strictObject({ epochs: count, height: count, width: count })).optional(),
  /** Stop after this many epochs without a better validation loss. */
  patience: count.optional(),
  seed: z.int().default(0),
  /** A run folder whose weights this training begins with, as far as they fit; new ones where absent. */
  from: z.string().optional(),
});

/** All settings of an experiment; the file `recipes/NAME.yaml` is one. */
export const recipeSchema = z
  .strictObject({
    name: z.string().regex(/^[\w.-]+$/, 'must be letters, digits, dots, dashes'),
    about: z.string().optional(),
    data,
    input,
    augment: augmentSchema.optional(),
    model,
    loss: loss.prefault({ kind: 'mse' }),
    train,
  })
  .refine(({ train: { stages = [], epochs } }) => stages.reduce((sum, stage) => sum + stage.epochs, 0) < epochs, {
    path: ['train', 'epochs'],
    message: 'must be more than the epochs of train.stages, so that some are left at the size of the input',
  })
  .refine(({ train: { batch, parts } }) => batch % parts === 0, {
    path: ['train', 'parts'],
    message: 'must divide train.batch',
  });

export type Recipe = z.output<typeof recipeSchema>;
