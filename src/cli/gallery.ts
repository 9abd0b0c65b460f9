import type { Command } from 'commander';
import { openDataset } from '../data/dataset.js';
import type { Sample } from '../data/sample.js';
import { reason, UsageError } from '../errors.js';
import { drawFaces, truthOf } from '../evaluate/study.js';
import { writeWhole } from '../files.js';
import { normalisingDistance, pointErrors } from '../metrics/point-error.js';
import { mean } from '../metrics/quantile.js';
import { type Detector, openDetector } from '../predict/detector.js';
import { findModel, readModel } from '../predict/find-model.js';
import { type FoundFace, predictFiles } from '../predict/predict-files.js';
import { toPng } from '../report/figure.js';
import { type FoundInPicture, predictionSheet } from '../report/prediction-sheet.js';
import { parseRecipe } from '../train/read-recipe.js';
import { chooseSide, type Side, sideOption } from './data.js';
import { runtime, sessionOptions } from './engine.js';
import { positiveWhole, wholeNumber } from './options.js';
import { print, short, tell } from './output.js';
import { progressLine } from './progress.js';

interface Options {
  readonly data?: string;
  readonly pictures?: string;
  readonly split: Side;
  readonly count: number;
  readonly seed: number;
  readonly mirror?: boolean;
  readonly title?: string;
  readonly out: string;
  readonly json?: boolean;
}

export function galleryCommand(program: Command): void {
  program
    .command('gallery')
    .summary('draw many faces with their points on one sheet')
    .description(
      'Predicts faces of a data set, or of an annotation file with boxes alone, and draws them on one sheet, with the truth where it is known.',
    )
    .argument('<run|model>', 'a run folder, an .onnx file, or a built-in model')
    .option('--data <file|dir>', "annotated pictures, or boxes such as dlib XML; the recipe's data where absent")
    .option('--pictures <dir>', 'where the pictures lie, if not beside the annotation')
    .addOption(sideOption('all'))
    .option('--count <faces>', 'at most so many faces, drawn by seed', positiveWhole, 20)
    .option('--seed <number>', 'what faces are drawn by', wholeNumber, 0)
    .option('--mirror', 'take the mean of the predictions of each face and of its mirror image')
    .option('--title <text>', 'what stands above the sheet')
    .option('--out <file.png|svg>', 'the sheet', 'gallery.png')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  fiducial gallery runs/face68 --data ibug_300W --split validation --out validation.png\n  fiducial gallery face68 --data boxes.xml --pictures photos --out photos.png',
    )
    .action(async (name: string, options: Options) => {
      const file = findModel(name);
      const detector = await openDetector(readModel(file), file, runtime, sessionOptions());
      const { metadata } = detector;
      const recipe = parseRecipe(metadata.recipe, file);
      const data = options.data ?? recipe.data.folder;
      if (data === undefined) throw new UsageError('say where the pictures lie: --data FILE|DIR');
      const dataset = await openDataset(data, {
        ...(options.pictures === undefined ? {} : { pictures: options.pictures }),
        onProblem,
      });
      const all = chooseSide(dataset, recipe, options.split);
      const samples = all.length > options.count ? drawFaces(all, options.seed, options.count) : all;
      const progress = progressLine('faces');
      const found = await predictFiles(detector, samples, {
        mirror: options.mirror ?? false,
        onProblem,
        onFace: progress.update,
      });
      progress.stop();
      await detector.inference.release();
      const known = dataset.markup.name === metadata.markup.name;
      const faces: FoundInPicture[] = [];
      for (const [i, answer] of found.entries()) {
        if (answer) faces.push(shown(detector, samples[i]!, answer, known));
      }
      const title = options.title ?? `${metadata.name} on ${dataset.name}`;
      const note = options.mirror ? 'Mean of the predictions of each face and of its mirror image.' : undefined;
      const { crop } = metadata.input;
      const sheet = await predictionSheet(faces, metadata.markup.contours, { title, crop, ...(note ? { note } : {}) });
      writeWhole(options.out, /\.svg$/i.test(options.out) ? sheet : toPng(sheet));
      const numbers = { model: file, data: dataset.name, faces: faces.length, sheet: options.out };
      print(options.json, numbers, () => options.out);
    });

  /** What cannot be drawn is told and left out; the exit code tells too. */
  function onProblem(problem: unknown): void {
    tell(`fiducial: ${reason(problem)}`);
    process.exitCode = 1;
  }
}

function shown(
  { metadata: { chosen, markup } }: Detector,
  sample: Sample,
  { points: predicted, box }: FoundFace,
  known: boolean,
): FoundInPicture {
  const face = { source: sample, box, predicted };
  if (!known || !sample.points) return { ...face, text: [sample.id] };
  const truth = truthOf(sample, chosen);
  const pixels = mean(pointErrors(predicted, truth));
  const [normaliser] = markup.normalisers;
  const nme = normaliser && (100 * pixels) / normalisingDistance(normaliser, truth);
  return {
    ...face,
    truth,
    text: [sample.id, `error ${short(pixels)} px${nme === undefined ? '' : `, NME ${short(nme)} %`}`],
  };
}
