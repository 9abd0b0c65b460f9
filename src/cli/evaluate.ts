import type { Command } from 'commander';
import type { Markup, Normaliser } from '../data/markup.js';
import { UsageError } from '../errors.js';
import { evaluate } from '../evaluate/evaluate.js';
import { writeWhole } from '../files.js';
import { type Calibration, calibrate, type ExpectedAndActual } from '../metrics/calibration.js';
import { type JudgedFace, scoreFaces } from '../metrics/judged-face.js';
import { pointErrors } from '../metrics/point-error.js';
import { predictionsCsv } from '../metrics/predictions-csv.js';
import type { Score } from '../metrics/score.js';
import { nearest } from '../nearest.js';
import { openDetector } from '../predict/detector.js';
import { findModel, readModel } from '../predict/find-model.js';
import { parseRecipe } from '../train/read-recipe.js';
import { chooseSide, openData, type Side, sideOption } from './data.js';
import { runtime, sessionOptions } from './engine.js';
import { columns, percent, print, short } from './output.js';
import { progressLine } from './progress.js';

interface Options {
  readonly data?: string;
  readonly split: Side;
  readonly normaliser?: string;
  readonly mirror?: boolean;
  readonly csv?: string;
  readonly curve?: string;
  readonly json?: boolean;
}

export function evaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .summary("hold a model's predictions against annotated pictures")
    .description('Predicts the faces of a data set and prints how far the points are from their true places.')
    .argument('<run|model>', 'a run folder, an .onnx file, or a built-in model')
    .option('--data <dir>', 'folder of the annotated pictures, or made:imm58 for made faces')
    .addOption(sideOption())
    .option('--normaliser <name>', 'what errors are divided by, such as inter-ocular or inter-pupil')
    .option('--mirror', 'take the mean of the predictions of each face and of its mirror image: twice the work')
    .option('--curve <file.svg|png>', 'draw the cumulative error curve')
    .option('--csv <file>', 'write predictions, truth and error of each face')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  fiducial evaluate runs/nose --data imm_face_db --json')
    .action(async (name: string, options: Options) => {
      const file = findModel(name);
      const detector = await openDetector(readModel(file), file, runtime, { ...sessionOptions(), many: true });
      const { metadata } = detector;
      const recipe = parseRecipe(metadata.recipe, file);
      const { dataset } = await openData(options.data, recipe);
      const { markup } = dataset;
      const samples = chooseSide(dataset, recipe, options.split);
      const normaliser = normaliserNamed(options.normaliser, markup);
      const judged = { markup, chosen: metadata.chosen, normaliser };
      const progress = progressLine('faces');
      const faces = await evaluate(detector, dataset, samples, {
        normaliser,
        mirror: options.mirror ?? false,
        onFace: progress.update,
      });
      progress.stop();
      await detector.inference.release();
      if (options.csv) writeWhole(options.csv, predictionsCsv(faces));
      const score = scoreFaces(faces, judged);
      if (options.curve) await drawCurve(options.curve, metadata.name, faces, score);
      const byTag = facesByTag(faces.map(({ sample }) => sample.tags));
      const tags = byTag.map(({ tag, value, indices }) => {
        const part = indices.map((i) => faces[i]!);
        return { tag, value, ...scoreFaces(part, judged) };
      });
      const calibration = calibrationOf(faces, score);
      const mirror = options.mirror ?? false;
      print(options.json, { model: file, split: options.split, mirror, ...score, tags, calibration }, () =>
        [text(score, tags), ...(calibration ? [calibrationText(calibration)] : [])].join('\n\n'),
      );
    });
}

async function drawCurve(file: string, name: string, faces: readonly JudgedFace[], { nme }: Score): Promise<void> {
  const { cumulativeCurves, toPng } = await import('../report/index.js');
  const errors = faces.map(({ error }) => (nme ? (100 * error.pixels) / error.normaliser : error.pixels));
  const unit = nme ? '%' : 'px';
  const label = nme ? `NME, % of ${nme.normaliser}` : 'mean point error, px';
  const svg = cumulativeCurves([{ name, errors }], { unit, label })!;
  writeWhole(file, /\.png$/i.test(file) ? toPng(svg) : svg);
}

/** The markup's normalising distance of this name, of which the first word is enough. */
function normaliserNamed(name: string | undefined, { normalisers, name: markup }: Markup): Normaliser | undefined {
  if (name === undefined) return undefined;
  const found = normalisers.find((normaliser) => normaliser.name === name || normaliser.name.split(' ')[0] === name);
  if (found) return found;
  const known = normalisers.map((normaliser) => normaliser.name.split(' ')[0]!);
  throw new UsageError(`--normaliser ${name}: ${markup} has none of this name${nearest(name, known)}`);
}

/** Which faces have each value of each tag. */
function facesByTag(tags: readonly Readonly<Record<string, string>>[]) {
  const found = new Map<string, { tag: string; value: string; indices: number[] }>();
  for (const [i, all] of tags.entries()) {
    for (const [tag, value] of Object.entries(all)) {
      const key = JSON.stringify([tag, value]);
      if (!found.has(key)) found.set(key, { tag, value, indices: [] });
      found.get(key)!.indices.push(i);
    }
  }
  return [...found.values()].sort((a, b) => a.tag.localeCompare(b.tag) || a.value.localeCompare(b.value));
}

function text(score: Score, tags: readonly (Score & { tag: string; value: string })[]): string {
  const row = (label: string, { faces, pixels, nme, fr8, fr10, auc8 }: Score) => [
    label,
    String(faces),
    short(pixels.mean),
    short(pixels.median),
    ...(nme ? [short(nme.mean), short(nme.median), percent(fr8!), percent(fr10!), short(auc8!)] : []),
  ];
  const head = ['', 'faces', 'mean px', 'median px'];
  const normalised = ['NME %', 'median', '> 8 %', '> 10 %', 'AUC 8 %'];
  const table = columns([
    score.nme ? [...head, ...normalised] : head,
    row('all', score),
    ...tags.map((part) => row(`${part.tag} ${part.value}`, part)),
  ]);
  return score.nme ? `${table}\nNME: mean point error / ${score.nme.normaliser}` : table;
}

type CalibrationInUnit = Calibration & { readonly unit: '%' | 'px' };

/** Whether the model is as far off as it expects to be, in the unit of the score; null where it does not say. */
function calibrationOf(judged: readonly JudgedFace[], { nme }: Score): CalibrationInUnit | null {
  const faces = judged.flatMap(({ predicted, truth, spread, error }): ExpectedAndActual[] => {
    if (!spread) return [];
    const unit = nme ? 100 / error.normaliser : 1;
    return [{ expected: spread.map((e) => e * unit), actual: pointErrors(predicted, truth).map((e) => e * unit) }];
  });
  return faces.length === 0 ? null : { unit: nme ? '%' : 'px', ...calibrate(faces) };
}

function calibrationText({ bins, rankCorrelation, unit }: CalibrationInUnit): string {
  const table = columns([
    ['how sure', 'points', `expected ${unit}`, `actual ${unit}`, 'half of them'],
    ...bins.map(({ points, expected, actual, lower, upper }, i) => [
      i === 0 ? 'surest' : i === bins.length - 1 ? 'least sure' : '',
      String(points),
      short(expected),
      short(actual),
      `${short(lower)} to ${short(upper)}`,
    ]),
  ]);
  return `${table}\nrank correlation of expected and actual error: points ${short(rankCorrelation.points)}, faces ${short(rankCorrelation.faces)}`;
}
