import { readPicture } from '../data/read-picture.js';
import type { Dataset, Sample } from '../data/sample.js';
import { InputError } from '../errors.js';
import { type Affine, compose, invert, mapPoints } from '../image/affine.js';
import { cropMap, cropRectangle, type Size, toUnit } from '../image/crop.js';
import type { Picture } from '../image/picture.js';
import { pointErrors } from '../metrics/point-error.js';
import { mean, median } from '../metrics/quantile.js';
import { type Detector, detectFed, planesThrough } from '../predict/detector.js';
import { type Random, randomFor } from '../random.js';
import { requireSameMarkup } from './evaluate.js';
import { borderShare, isInside, type StudyExample, type StudyOptions, scaleOf, truthOf } from './study.js';

/** The shares of the points that shall lie outside the crop. */
export const boundaryCuts: readonly number[] = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];

/** The cut that is looked at more closely. */
export const closerCut = 0.25;

/** Errors of points, in percent of the normalising distance. */
export interface PointErrorSummary {
  readonly points: number;
  readonly median: number;
  readonly mean: number;
}

export interface BoundaryStep {
  /** The share of the points outside the crop. */
  readonly cut: number;
  readonly inside: PointErrorSummary;
  /** Null where all points are inside. */
  readonly outside: PointErrorSummary | null;
  /** The shares of predicted and of true points within 1 % of the crop's side from its border. */
  readonly border: { readonly predicted: number; readonly truth: number };
}

/** How many of the points lie how far beyond the border that cuts the face. */
export interface BeyondBorder {
  /** Where the bins begin, in shares of the crop's side; inside below 0. */
  readonly from: readonly number[];
  /** Shares of all points, one a bin. */
  readonly predicted: readonly number[];
  readonly truth: readonly number[];
}

/** The width of such a bin, which is that of the strip along the border in `border`, and the furthest one, either way. */
const binWidth = 0.02;
const furthest = 0.4;

export interface BoundaryResult {
  readonly steps: readonly BoundaryStep[];
  /** At `closerCut`. */
  readonly beyond: BeyondBorder;
  /** Of a few faces, one after the other, each at some cuts. */
  readonly examples: readonly (readonly StudyExample[])[];
}

const exampleFaces = 3;
const exampleCuts: readonly number[] = [0, 0.1, 0.25, 0.4, 0.5];

/**
 * What a model makes of points outside its crop: each face is looked at through crops that are moved to one side, drawn by
 * seed, so far that a given share of its points lies outside.
 * Throws an InputError where the model predicts fewer than 4 points, or those of another markup.
 */
export async function studyBoundary(
  detector: Detector,
  dataset: Dataset,
  samples: readonly Sample[],
  { seed, onFace = () => {} }: StudyOptions,
): Promise<BoundaryResult> {
  requireSameMarkup(detector, dataset);
  const { input, markup, chosen, name } = detector.metadata;
  if (markup.points.length < 4) {
    throw new InputError(
      `${name} predicts fewer than 4 points, ${markup.points.length}: of so few no share can lie outside a crop`,
    );
  }
  const looks = boundaryCuts.map((): Look[] => []);
  const examples: StudyExample[][] = [];
  for (const [i, sample] of samples.entries()) {
    const truth = truthOf(sample, chosen);
    const picture = await readPicture(sample, input);
    const random = randomFor(seed, 'boundary', sample.id);
    const crop = cropRectangle(input.crop, picture, sample.box);
    const whole = cropMap(input.crop, picture, sample.box, input);
    const side = random.below(sides.length);
    const cuts = boundaryCuts.map((cut) => cutMap(whole, truth, input, sides[side]!, cut, random));
    const found = await detectFed(
      detector,
      cuts.map(({ map }) => planesThrough(picture, map, input)),
    );
    const scale = scaleOf(dataset.markup.normalisers[0], sample, crop);
    for (const [k, { map, coordinate }] of cuts.entries()) {
      const { points, unit: predicted } = found[k]!;
      const unit = toUnit(mapPoints(invert(map), truth), input);
      looks[k]!.push({ predicted, truth: unit, errors: relative(points, truth, scale), coordinate });
    }
    if (i < exampleFaces) {
      examples.push(
        exampleCuts.map((cut) => {
          const k = boundaryCuts.indexOf(cut);
          return example(picture, cuts[k]!.map, input, truth, found[k]!.points, `${Math.round(100 * cut)} % outside`);
        }),
      );
    }
    onFace(i + 1, samples.length);
  }
  return { steps: boundaryCuts.map((cut, k) => summarise(cut, looks[k]!)), beyond: beyondOf(looks), examples };
}

/** One face through one crop. */
interface Look {
  /** In the moved crop's unit square, [2·n]. */
  readonly predicted: Float32Array;
  readonly truth: Float32Array;
  /** Percent, [n]. */
  readonly errors: Float64Array;
  readonly coordinate: Coordinate;
}

/** How far a point lies inside the border that cuts, of its x and y in the unit square. */
type Coordinate = (x: number, y: number) => number;

const sides: readonly { readonly inside: Coordinate; readonly way: readonly [number, number] }[] = [
  { inside: (x) => x, way: [1, 0] },
  { inside: (x) => 1 - x, way: [-1, 0] },
  { inside: (_, y) => y, way: [0, 1] },
  { inside: (_, y) => 1 - y, way: [0, -1] },
];

/** The crop moved so far to one side that a share of the points lies beyond its border. */
function cutMap(
  whole: Affine,
  truth: Float32Array,
  input: Size,
  { inside, way: [dx, dy] }: (typeof sides)[number],
  cut: number,
  random: Random,
): { map: Affine; coordinate: Coordinate } {
  const unit = toUnit(mapPoints(invert(whole), truth), input);
  const depths = Float64Array.from({ length: unit.length / 2 }, (_, i) =>
    inside(unit[2 * i]!, unit[2 * i + 1]!),
  ).sort();
  const outside = Math.round(cut * depths.length);
  // Anywhere between the two points, so that the border is no likelier to be near a point than by chance.
  const share = random.uniform();
  const moved = outside === 0 ? 0 : depths[outside - 1]! + share * (depths[outside]! - depths[outside - 1]!);
  const map = compose(whole, [1, 0, moved * dx * input.width, 0, 1, moved * dy * input.height]);
  return { map, coordinate: inside };
}

const relative = (points: Float32Array, truth: Float32Array, scale: number): Float64Array =>
  pointErrors(points, truth).map((error) => (100 * error) / scale);

function summarise(cut: number, looks: readonly Look[]): BoundaryStep {
  const errors = { inside: [] as number[], outside: [] as number[] };
  for (const { truth, errors: of } of looks) {
    for (const [i, error] of of.entries()) {
      errors[isInside(truth[2 * i]!, truth[2 * i + 1]!) ? 'inside' : 'outside'].push(error);
    }
  }
  const share = (of: (look: Look) => Float32Array) => mean(looks.map((look) => borderShare(of(look))));
  return {
    cut,
    inside: summary(errors.inside),
    outside: errors.outside.length > 0 ? summary(errors.outside) : null,
    border: { predicted: share(({ predicted }) => predicted), truth: share(({ truth }) => truth) },
  };
}

const summary = (errors: readonly number[]): PointErrorSummary => ({
  points: errors.length,
  median: median(errors),
  mean: mean(errors),
});

function beyondOf(looks: readonly (readonly Look[])[]): BeyondBorder {
  const closer = looks[boundaryCuts.indexOf(closerCut)]!;
  // One bin lies about the border itself.
  const from = Array.from(
    { length: 2 * Math.round(furthest / binWidth) + 1 },
    (_, i) => (i + 0.5) * binWidth - furthest - binWidth,
  );
  const shares = (of: 'predicted' | 'truth') => {
    const counts = from.map(() => 0);
    let points = 0;
    for (const { [of]: unit, coordinate } of closer) {
      for (let i = 0; i < unit.length; i += 2) {
        const bin = Math.floor((-coordinate(unit[i]!, unit[i + 1]!) - from[0]!) / binWidth);
        if (bin in counts) counts[bin]!++;
        points++;
      }
    }
    return counts.map((count) => count / points);
  };
  return { from, predicted: shares('predicted'), truth: shares('truth') };
}

function example(
  picture: Picture,
  map: Affine,
  input: Size,
  truth: Float32Array,
  predicted: Float32Array,
  caption: string,
): StudyExample {
  const [left, top, right, bottom] = mapPoints(map, [-0.5, -0.5, input.width - 0.5, input.height - 0.5]) as unknown as [
    number,
    number,
    number,
    number,
  ];
  const crop = { left, top, width: right - left, height: bottom - top };
  return { picture, crop, truths: [truth], predicted, caption };
}
