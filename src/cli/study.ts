import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { chooseMarkup } from '../data/choose-points.js';
import type { Dataset, Sample } from '../data/sample.js';
import { type BoundaryResult, studyBoundary } from '../evaluate/boundary.js';
import { type OverlapResult, studyOverlap } from '../evaluate/overlap.js';
import { drawFaces, scaleName } from '../evaluate/study.js';
import { type Detector, openDetector } from '../predict/detector.js';
import { findModel, readModel } from '../predict/find-model.js';
import { isRun } from '../report/read-run.js';
import type { Studied } from '../report/studied.js';
import { type StudyData, writeBoundaryPage, writeOverlapPage } from '../report/study-page.js';
import { parseRecipe } from '../train/read-recipe.js';
import { writeJson } from '../train/run-folder.js';
import { chooseSide, openData, type Side, sideOption } from './data.js';
import { runtime, sessionOptions } from './engine.js';
import { positiveWhole, wholeNumber } from './options.js';
import { print, tell } from './output.js';
import { progressLine } from './progress.js';

interface Options {
  readonly data?: string;
  readonly split: Side;
  readonly count?: number;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function studyCommand(program: Command): void {
  const study = program
    .command('study')
    .summary('look at what a model does where faces are cut or overlap')
    .description(
      'Studies models on a data set, several beside each other, and writes a folder with figures and a page.',
    );
  add(study, 'boundary', {
    about: 'what becomes of points outside the crop',
    long: 'Moves the crop to one side until 0 to 50 % of the points lie outside, and shows the error of the points inside and outside and whether predictions stick to the border.',
    run: studyBoundary,
    write: writeBoundaryPage,
  });
  add(study, 'overlap', {
    about: 'which of two overlapping faces is followed',
    long: 'Pastes the frames of two faces over each other by 0 to 80 %, and shows which one the points follow and how well.',
    run: studyOverlap,
    write: writeOverlapPage,
  });
}

interface Kind<T extends BoundaryResult | OverlapResult> {
  readonly about: string;
  readonly long: string;
  readonly run: (
    detector: Detector,
    dataset: Dataset,
    samples: readonly Sample[],
    options: { seed: number; onFace: (done: number, total: number) => void },
  ) => Promise<T>;
  readonly write: (folder: string, study: StudyData<T>) => Promise<string>;
}

function add<T extends BoundaryResult | OverlapResult>(
  program: Command,
  kind: string,
  { about, long, run, write }: Kind<T>,
): void {
  program
    .command(kind)
    .summary(about)
    .description(long)
    .argument('<run|model...>', 'run folders, .onnx files, or built-in models')
    .option('--data <dir>', 'folder of the annotated pictures')
    .addOption(sideOption())
    .option('--count <faces>', 'at most so many faces, drawn by seed; all where absent', positiveWhole)
    .option('--seed <number>', 'what faces and cuts are drawn by', wholeNumber, 0)
    .option('--out <dir>', `the study's folder; studies/${kind} where absent`)
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\nExample:\n  fiducial study ${kind} runs/face68 --data ibug_300W`)
    .action(async (models: string[], options: Options) => {
      const files = models.map(findModel);
      const names = modelNames(models, files);
      const detectors: Detector[] = [];
      for (const file of files) detectors.push(await openDetector(readModel(file), file, runtime, sessionOptions()));
      const recipes = detectors.map(({ metadata }, i) => parseRecipe(metadata.recipe, files[i]!));
      const { dataset } = await openData(options.data, recipes[0]!);
      const samples = drawFaces(chooseSide(dataset, recipes[0]!, options.split), options.seed, options.count);
      const split = ({ data }: (typeof recipes)[number]) => JSON.stringify(data.validation);
      for (const [i, recipe] of recipes.entries()) {
        if (split(recipe) === split(recipes[0]!)) continue;
        tell(`${names[i]} was trained with another split than ${names[0]}: it may know some of these faces`);
      }
      const studied: Studied<T>[] = [];
      for (const [i, detector] of detectors.entries()) {
        const progress = progressLine(names[i]!);
        const result = await run(detector, dataset, samples, { seed: options.seed, onFace: progress.update });
        progress.stop();
        await detector.inference.release();
        studied.push({ name: names[i]!, result });
      }
      const out = options.out ?? join('studies', kind);
      const { markup } = dataset;
      const scale = scaleName(markup.normalisers[0]);
      const { contours } = chooseMarkup(markup, detectors[0]!.metadata.chosen);
      const numbers = {
        study: kind,
        data: dataset.name,
        split: options.split,
        faces: samples.length,
        seed: options.seed,
        scale,
        // The examples are pictures, and stand in the figures.
        models: studied.map(({ name, result: { examples, ...result } }, i) => ({ name, file: files[i]!, ...result })),
      };
      writeJson(join(out, 'study.json'), numbers);
      const page = await write(out, { models: studied, contours, data: dataset.name, faces: samples.length, scale });
      print(options.json, { ...numbers, page }, () => `page: ${page}`);
    });
}

/** The name of a run's folder or of a model's file; where two are alike, with a number. */
function modelNames(given: readonly string[], files: readonly string[]): string[] {
  const names: string[] = [];
  for (const [i, name] of given.entries()) {
    const file = files[i]!;
    const called = isRun(name) ? basename(resolve(name)) : basename(file, '.onnx');
    // A model.onnx is named by its run.
    const base = called === 'model' && isRun(dirname(file)) ? basename(resolve(dirname(file))) : called;
    let unique = base;
    for (let k = 2; names.includes(unique); k++) unique = `${base}-${k}`;
    names.push(unique);
  }
  return names;
}
