import { z } from 'zod';

const probability = z.number().min(0).max(1);
/** How far a factor may be from 1: 0.2 draws from 0.8 to 1.25, evenly on a log scale. */
const spread = z.number().min(0).max(0.9);

/** What is drawn anew for each training sample in each epoch; absent or 0: left as it is. */
export const augmentSchema = z.strictObject({
  /** Probability of mirroring left and right; the points change places with their partners. */
  flip: probability.default(0),
  /**
   * Probability of turning upside down, as the seed did. Faces are not upside down in photos: learning them costs
   * capacity and pays nothing, so no recipe here uses it.
   */
  verticalFlip: probability.default(0),
  /** Degrees, evenly within ±, about the crop's centre, in the picture's own pixels (a squeezed input shears nothing). */
  rotation: z.number().min(0).max(180).default(0),
  /** Zoom: from 1 - scale to 1 / (1 - scale). */
  scale: spread.default(0),
  /** Width against height: from 1 - aspect to 1 / (1 - aspect). */
  aspect: spread.default(0),
  /** Share of the crop's width and height that it moves by, evenly within ±. */
  shift: z.number().min(0).max(1).default(0),
  /**
   * Probability that the crop moves by up to `shift` of its width and height instead, so that it cuts the face: the
   * network learns to say where points outside the picture are.
   */
  cut: z.strictObject({ probability, shift: z.number().gt(0).max(1) }).optional(),
  /** Tangent of the angle that the crop leans by, evenly within ±. */
  shear: z.number().min(0).max(1).default(0),
  /** Added to all values, as a share of white, evenly within ±. */
  brightness: z.number().min(0).max(1).default(0),
  /** Factor of the distance from the mean value. */
  contrast: spread.default(0),
  /** Exponent of the values in 0 to 1. */
  gamma: spread.default(0),
  /** Factor of the distance from grey; of no effect on grey input. */
  saturation: spread.default(0),
  /** Probability of turning a colour picture grey. */
  grey: probability.default(0),
  /** Probability of a Gaussian blur, and its largest deviation in input pixels. */
  blur: z.strictObject({ probability, deviation: z.number().gt(0).max(20) }).optional(),
  /** Largest deviation of Gaussian noise, as a share of white. */
  noise: z.number().min(0).max(1).default(0),
  /** Probability of going through a JPEG file, and its lowest quality. */
  jpeg: z.strictObject({ probability, quality: z.int().min(1).max(100) }).optional(),
  /** Probability of a rectangle that covers part of the face, and the largest share of the input that it covers. */
  occlusion: z.strictObject({ probability, area: z.number().gt(0).max(1) }).optional(),
});

export type AugmentSettings = z.output<typeof augmentSchema>;
