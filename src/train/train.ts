import { existsSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { firstGap } from '../data/choose-points.js';
import { fingerprint } from '../data/fingerprint.js';
import { isMarkupFile } from '../data/markup-file.js';
import type { Dataset, Sample } from '../data/sample.js';
import { splitByGroup } from '../data/split.js';
import { InputError, UsageError } from '../errors.js';
import { writeWhole } from '../files.js';
import { cropMap } from '../image/crop.js';
import { layerTable } from '../models/layer-table.js';
import { buildNetwork } from '../models/network.js';
import type { Runtime, SessionOptions } from '../tensor/runtime.js';
import { copyWeights, type Weights } from '../tensor/weights.js';
import { loadPictures } from './batches/pictures.js';
import { prepare, targetOf } from './batches/prepare.js';
import { createBatchPool, epochJobs } from './batches/stream.js';
import { type Progress, readCheckpoint, readProgress, writeCheckpoint } from './checkpoint.js';
import { exportModel, metadataOf } from './export.js';
import { finishRun } from './finish.js';
import { type Listener, type LoopParts, trainingLoop } from './loop.js';
import { lossOf } from './loss.js';
import { meanRow, networkSettings } from './network-settings.js';
import type { Recipe } from './recipe.js';
import type { RunEvaluation, RunInfo } from './run.js';
import { epochRecorder, holdsRun, readMetrics, readRunInfo, removeParts, runFiles, writeJson } from './run-folder.js';
import { type Stage, stagesLeft, stagesOf } from './stages.js';
import { createTrainer } from './trainer.js';
import { readSource } from './transfer.js';
import { createValidator } from './validate.js';

export interface TrainOptions {
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  /** Where the data lie, for the record. */
  readonly dataFolder: string;
  /** The run folder. */
  readonly out: string;
  /** Go on from the folder's checkpoint. */
  readonly resume: boolean;
  readonly runtime: Runtime;
  readonly sessionOptions: SessionOptions;
  readonly versions: RunInfo['versions'];
  /** Seconds between checkpoints within an epoch; 300 where absent. At the ends of epochs ten are enough. */
  readonly saveSeconds?: number;
  /** Aborted: a checkpoint is saved and the run can be resumed. */
  readonly signal?: AbortSignal;
  readonly listener?: Listener;
}

export interface TrainResult {
  /** What the run's `evaluation.json` holds; absent where the training was interrupted. */
  readonly evaluation?: RunEvaluation;
  readonly progress: Progress;
}

/**
 * Trains a network as a recipe says and writes a run folder; see docs/run-folder.md.
 * Throws an InputError for data or settings that do not fit, a folder that holds a run already, and a checkpoint of
 * another recipe or other data.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { recipe, dataset, out, resume, runtime, sessionOptions } = options;
  const { signal = new AbortController().signal, listener = {}, saveSeconds = 300 } = options;
  const files = runFiles(out);
  checkPoints(recipe, dataset);
  const split = splitByGroup(dataset, recipe.data.validation);
  checkBatch(recipe, split.train.length);
  const info = describe(options, split);
  if (resume) checkSame(info, out);
  else checkFree(out);

  // A run that was killed before its first checkpoint begins anew.
  const resumed = resume && existsSync(files.checkpoint);
  const source = resumed || recipe.train.from === undefined ? undefined : readSource(recipe.train.from);
  const left = stagesLeft(stagesOf(recipe), resumed ? readProgress(files.checkpoint).epoch : 0);
  const faces = [...split.train, ...split.validation];
  const load = (stage: Stage) => loadPictures(faces, stage.input, listener.onPicture);
  let pictures = await load(left[0]);
  const meanShape = meanRow(
    split.train.map((face, i) => {
      return targetOf(face, cropMap(recipe.input.crop, pictures[i]!.size, face.box, recipe.input), recipe);
    }),
  );
  const network = networkSettings(recipe, dataset.markup.points.length, meanShape);
  const stepsPerEpoch = epochJobs(recipe.train.seed, 1, split.train.length, recipe.train.batch).length;
  const trainer = await createTrainer(network, recipe, left[0].input, stepsPerEpoch, runtime, sessionOptions);

  /** Trains to the stage's end, and after the last one judges what came of it. */
  const trainStage = async (stage: Stage, start: Progress, record: LoopParts['record']): Promise<StageEnd> => {
    const { input } = stage;
    const sized = { ...recipe, input };
    const validated = split.validation.map((face, i) => prepare(pictures[split.train.length + i]!, face, sized));
    const sizedNetwork = { ...network, input };
    const validator = await createValidator(validated, sizedNetwork, lossOf(recipe.loss), runtime, sessionOptions);
    const pool = createBatchPool({
      pictures: pictures.slice(0, split.train.length),
      faces: split.train.map(bare),
      recipe: sized,
      mirror: dataset.markup.mirror,
    });
    const exported = (weights: readonly Weights[]) => exportModel(sizedNetwork, weights, metadataOf(sized, dataset));
    // Written with the next checkpoint: with each better epoch it took a twentieth of the time, where epochs are short.
    let better: readonly Weights[] | undefined;
    const writeBest = () => {
      if (better) writeWhole(files.model, exported(better));
      better = undefined;
    };
    try {
      const progress = await trainingLoop({
        recipe,
        trainer,
        validator,
        pool,
        samples: split.train.length,
        start,
        stage,
        saveSeconds,
        save: (now) => {
          writeBest();
          writeCheckpoint(files.checkpoint, now, trainer.arrays);
        },
        record,
        keepBest: () => {
          better = trainer.shipped().map((weights) => copyWeights(weights));
        },
        signal,
        listener,
      }).finally(pool.close);
      if (progress.interrupted || stage.until < recipe.train.epochs) return { progress };
      writeWhole(files.last, exported(trainer.shipped()));
      const judged = { out, recipe, dataset, split, validated, validator, meanShape, progress };
      return { progress, evaluation: await finishRun(judged) };
    } finally {
      // Also of a training that fails later on.
      writeBest();
      await validator.release();
    }
  };

  try {
    const progress = resumed ? readCheckpoint(files.checkpoint, trainer.arrays) : beginning;
    if (source) listener.onTransfer?.(trainer.begin(source));
    const record = epochRecorder(out, readMetrics(out, progress.epoch));
    // Not before all else has gone well: what cannot be trained leaves no folder behind.
    if (resume) removeParts(out);
    else writeJson(files.info, info);
    writeWhole(files.summary, `${summary(network)}\n`);
    let end = await trainStage(left[0], progress, record);
    for (const stage of left.slice(1)) {
      if (end.progress.interrupted) break;
      pictures = await load(stage);
      await trainer.resize(stage.input);
      end = await trainStage(stage, end.progress, record);
    }
    return end;
  } finally {
    await trainer.release();
  }
}

interface StageEnd extends TrainResult {
  readonly progress: Progress & { readonly interrupted: boolean };
}

const beginning: Progress = { epoch: 0, step: 0, steps: 0, lossSum: 0, best: null };

/** What a worker needs of a sample. */
const bare = ({ box, points }: Sample) => ({ box, ...(points ? { points } : {}) });

function summary(network: ReturnType<typeof networkSettings>): string {
  const { channels, height, width } = network.input;
  return layerTable(buildNetwork(network, { training: false, batch: 1 }).rows, [channels, height, width]);
}

function checkPoints({ data }: Recipe, { markup, samples, name }: Dataset): void {
  // A file's name is not its markup's; the data have been read by what is in it.
  if (!isMarkupFile(data.markup) && data.markup !== markup.name) {
    throw new InputError(
      `data.markup: the recipe is for points of ${data.markup}, but ${name} has those of ${markup.name}`,
    );
  }
  const wrong = data.points?.find((index) => index >= markup.points.length);
  if (wrong !== undefined) {
    throw new InputError(
      `data.points: there is no point ${wrong} in ${markup.name}, whose last is ${markup.points.length - 1}`,
    );
  }
  const unmarked = samples.find(({ points }) => !points);
  if (unmarked)
    throw new InputError(`${unmarked.picture}: has no points in ${name}; training needs them on every face`);
  const gapped = samples.find((sample) => firstGap(sample, data.points) !== undefined);
  if (gapped) {
    throw new InputError(
      `${gapped.picture}: point ${firstGap(gapped, data.points)} is not annotated in ${name}; training needs all that are learnt, leave the face out`,
    );
  }
}

function checkBatch({ train: { batch } }: Recipe, faces: number): void {
  if (batch > faces)
    throw new InputError(`train.batch: ${batch} is more than the ${faces} faces to train on; lower it`);
}

function describe(options: TrainOptions, split: ReturnType<typeof splitByGroup>): RunInfo {
  const { recipe, dataset, dataFolder, versions } = options;
  return {
    name: recipe.name,
    recipe,
    markup: dataset.markup,
    versions,
    machine: `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
    data: {
      name: dataset.name,
      folder: dataFolder,
      fingerprint: fingerprint(dataset),
      train: split.train.length,
      validation: split.validation.length,
    },
  };
}

function checkFree(out: string): void {
  if (holdsRun(out)) {
    throw new UsageError(`${out} holds a run already: give --resume to go on with it, or another --out`);
  }
}

/** A run that is resumed must be the same. */
function checkSame(info: RunInfo, out: string): void {
  if (!holdsRun(out)) throw new InputError(`${out}: holds no run to go on with; start without --resume`);
  const old = readRunInfo(out);
  const changed = firstDifference(old.recipe, info.recipe);
  if (changed)
    throw new InputError(`${out}: was trained with another recipe (${changed}); give the same, or another --out`);
  if (old.data.fingerprint !== info.data.fingerprint) {
    throw new InputError(
      `${out}: was trained on other data (${old.data.folder}); give the same --data, or another --out`,
    );
  }
}

/** `train.epochs: 30 there, 40 here` for the first setting in which two recipes differ. */
function firstDifference(there: unknown, here: unknown, path = ''): string | undefined {
  if (typeof there !== 'object' || typeof here !== 'object' || !there || !here) {
    return there === here ? undefined : `${path}: ${JSON.stringify(there)} there, ${JSON.stringify(here)} here`;
  }
  for (const key of new Set([...Object.keys(there), ...Object.keys(here)])) {
    const [a, b] = [there, here].map((settings) => (settings as Record<string, unknown>)[key]);
    const difference = firstDifference(a, b, path ? `${path}.${key}` : key);
    if (difference) return difference;
  }
  return undefined;
}
