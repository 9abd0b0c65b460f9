import type { Markup } from '../data/markup.js';
import { readPicture } from '../data/read-picture.js';
import type { Dataset, Sample } from '../data/sample.js';
import { InputError } from '../errors.js';
import { compose, invert, mapPoints } from '../image/affine.js';
import type { Box } from '../image/box.js';
import { cropMap, cropRectangle } from '../image/crop.js';
import type { InputForm } from '../image/input.js';
import type { Picture } from '../image/picture.js';
import { reduceForCrops } from '../image/reduce.js';
import { warp } from '../image/warp.js';
import { pointErrors } from '../metrics/point-error.js';
import { mean, median } from '../metrics/quantile.js';
import { type Detected, type Detector, detectFed, planesThrough } from '../predict/detector.js';
import { randomFor } from '../random.js';
import { requireSameMarkup } from './evaluate.js';
import { borderShare, type StudyExample, type StudyOptions, scaleOf, truthOf } from './study.js';

/** Which share of the lower face's frame the upper one's covers. */
export const overlapRatios: readonly number[] = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/** What the crop is laid round: both frames, or the frame of one of the faces. */
export const overlapViews = ['both', 'upper', 'lower'] as const;
export type OverlapView = (typeof overlapViews)[number];

/** A prediction further than this from both faces, in percent of the normalising distance, follows neither. */
export const neitherBeyond = 20;

export interface OverlapStep {
  readonly ratio: number;
  readonly view: OverlapView;
  /** Shares of the pairs; the face that is nearer is followed. */
  readonly followed: { readonly upper: number; readonly lower: number; readonly neither: number };
  /** Medians over the pairs of the mean point error, in percent: from either face, and from the nearer one. */
  readonly error: { readonly upper: number; readonly lower: number; readonly nearer: number };
  /** The share of the predicted points within 1 % of the crop's side from its border. */
  readonly border: number;
}

export interface OverlapResult {
  readonly pairs: number;
  readonly steps: readonly OverlapStep[];
  /** Of a pair, one view after the other, at some ratios. */
  readonly examples: readonly (readonly StudyExample[])[];
}

const exampleRatios: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8];

/**
 * Pastes the frames of two faces side by side, the one overlapping the other more and more, and looks which of them the
 * points follow. Which face is upper, and on which side, is drawn by seed.
 * Throws an InputError where fewer than two faces lie wholly in their crops, or the model is of another markup.
 */
export async function studyOverlap(
  detector: Detector,
  dataset: Dataset,
  samples: readonly Sample[],
  { seed, onFace = () => {} }: StudyOptions,
): Promise<OverlapResult> {
  requireSameMarkup(detector, dataset);
  const { input, chosen } = detector.metadata;
  const pairs = pairsOf(samples);
  if (pairs.length === 0) throw new InputError(`${dataset.name}: has not two faces of different groups to overlap`);
  const looks = new Map<string, Look[]>();
  const examples: StudyExample[][] = [];
  for (const [i, pair] of pairs.entries()) {
    const [upper, lower] = await Promise.all(pair.map((sample) => frameOf(sample, input, dataset.markup, chosen)));
    const onLeft = randomFor(seed, 'overlap', pair[0].id).uniform() < 0.5;
    const shown: Record<OverlapView, StudyExample[]> = { both: [], upper: [], lower: [] };
    for (const ratio of overlapRatios) {
      const scene = paste(upper!, lower!, ratio, onLeft);
      const crops = overlapViews.map((view) => cropOf(scene, view, input));
      const fed = crops.map(({ left, top, width, height }) => {
        const [a, e] = [width / input.width, height / input.height];
        return planesThrough(scene.picture, [a, 0, left + a / 2, 0, e, top + e / 2], input);
      });
      const found = await detectFed(detector, fed);
      for (const [k, view] of overlapViews.entries()) {
        const look = judge(found[k]!, scene);
        const key = `${view} ${ratio}`;
        looks.set(key, [...(looks.get(key) ?? []), look]);
        const caption = `${Math.round(100 * ratio)} %: ${look.followed}`;
        const { picture, truths } = scene;
        if (exampleRatios.includes(ratio)) {
          shown[view].push({ picture, crop: crops[k]!, truths, predicted: found[k]!.points, caption });
        }
      }
    }
    if (i === 0) examples.push(...overlapViews.map((view) => shown[view]));
    onFace(i + 1, pairs.length);
  }
  const steps = overlapRatios.flatMap((ratio) =>
    overlapViews.map((view) => summarise(ratio, view, looks.get(`${view} ${ratio}`)!)),
  );
  return { pairs: pairs.length, steps, examples };
}

/** Neighbours in the list, each face once, of different groups: nobody is laid over themselves. */
function pairsOf(samples: readonly Sample[]): [Sample, Sample][] {
  const pairs: [Sample, Sample][] = [];
  let waiting: Sample | undefined;
  for (const sample of samples) {
    if (!waiting) waiting = sample;
    else if (waiting.group !== sample.group) {
      pairs.push([waiting, sample]);
      waiting = undefined;
    }
  }
  return pairs;
}

/** A face as its crop frames it. */
interface Frame {
  readonly picture: Picture;
  /** In the frame's pixels, [2·n]. */
  readonly points: Float32Array;
  /** What errors are divided by, in the frame's pixels. */
  readonly scale: number;
}

async function frameOf(
  sample: Sample,
  input: InputForm,
  markup: Markup,
  chosen: readonly number[] | undefined,
): Promise<Frame> {
  const truth = truthOf(sample, chosen);
  const whole = await readPicture(sample, input);
  const crop = cropRectangle(input.crop, whole, sample.box);
  // Twice the input, so that a crop round two of them still finds a pixel for each of its own.
  const width = 2 * input.width;
  const height = Math.round((width * crop.height) / crop.width);
  const map = cropMap(input.crop, whole, sample.box, { width, height });
  const reduced = reduceForCrops(whole, [map]);
  const planes = warp(reduced.picture, compose(invert(reduced.map), map), width, height, { fill: 0 });
  const scale = scaleOf(markup.normalisers[0], sample, crop) * (width / crop.width);
  return { picture: interleaved(planes, width, height, input.channels), points: mapPoints(invert(map), truth), scale };
}

function interleaved(planes: Float32Array, width: number, height: number, channels: 1 | 3): Picture {
  const data = new Uint8Array(planes.length);
  const size = width * height;
  for (let i = 0; i < size; i++) {
    for (let channel = 0; channel < channels; channel++) {
      data[i * channels + channel] = Math.round(planes[channel * size + i]!);
    }
  }
  return { width, height, channels, data };
}

/** Two frames in one picture. */
interface Scene {
  readonly picture: Picture;
  /** In its pixels: upper, lower. */
  readonly truths: readonly [Float32Array, Float32Array];
  readonly scales: readonly [number, number];
  readonly frames: Readonly<Record<'upper' | 'lower', Box>>;
}

function paste(upper: Frame, lower: Frame, ratio: number, upperOnLeft: boolean): Scene {
  const { channels } = upper.picture;
  const height = Math.max(upper.picture.height, lower.picture.height);
  const frameWidth = upper.picture.width;
  const apart = Math.round((1 - ratio) * frameWidth);
  const width = frameWidth + apart;
  const data = new Uint8Array(width * height * channels);
  const place = { upper: upperOnLeft ? 0 : apart, lower: upperOnLeft ? apart : 0 };
  for (const [frame, left] of [[lower, place.lower] as const, [upper, place.upper] as const]) {
    const row = frameWidth * channels;
    for (let y = 0; y < frame.picture.height; y++) {
      data.set(frame.picture.data.subarray(y * row, (y + 1) * row), (y * width + left) * channels);
    }
  }
  const moved = ({ points }: Frame, left: number) => points.map((value, i) => (i % 2 === 0 ? value + left : value));
  const box = (frame: Frame, left: number): Box => ({
    left: left - 0.5,
    top: -0.5,
    width: frameWidth,
    height: frame.picture.height,
  });
  return {
    picture: { width, height, channels, data },
    truths: [moved(upper, place.upper), moved(lower, place.lower)],
    scales: [upper.scale, lower.scale],
    frames: { upper: box(upper, place.upper), lower: box(lower, place.lower) },
  };
}

/** The part of the scene that the network sees. */
function cropOf({ picture: { width, height }, frames }: Scene, view: OverlapView, { crop }: InputForm): Box {
  if (view !== 'both') return frames[view];
  if (crop.kind === 'picture') return { left: -0.5, top: -0.5, width, height };
  const side = Math.max(width, height);
  return { left: (width - side) / 2 - 0.5, top: (height - side) / 2 - 0.5, width: side, height: side };
}

interface Look {
  readonly errors: { readonly upper: number; readonly lower: number; readonly nearer: number };
  readonly followed: 'upper' | 'lower' | 'neither';
  readonly border: number;
}

function judge({ points, unit }: Detected, { truths, scales }: Scene): Look {
  const [upper, lower] = truths.map((truth, i) => (100 * mean(pointErrors(points, truth))) / scales[i]!) as [
    number,
    number,
  ];
  const nearer = Math.min(upper, lower);
  const followed = !(nearer <= neitherBeyond) ? 'neither' : upper <= lower ? 'upper' : 'lower';
  return { errors: { upper, lower, nearer }, followed, border: borderShare(unit) };
}

function summarise(ratio: number, view: OverlapView, looks: readonly Look[]): OverlapStep {
  const share = (of: Look['followed']) => looks.filter(({ followed }) => followed === of).length / looks.length;
  const middle = (of: keyof Look['errors']) => median(looks.map(({ errors }) => errors[of]));
  return {
    ratio,
    view,
    followed: { upper: share('upper'), lower: share('lower'), neither: share('neither') },
    error: { upper: middle('upper'), lower: middle('lower'), nearer: middle('nearer') },
    border: mean(looks.map(({ border }) => border)),
  };
}
