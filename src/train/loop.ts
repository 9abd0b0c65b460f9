import { InputError } from '../errors.js';
import { type BatchPool, epochJobs, streamBatches } from './batches/stream.js';
import type { Progress } from './checkpoint.js';
import type { Recipe } from './recipe.js';
import type { EpochMetrics } from './run.js';
import type { Stage } from './stages.js';
import type { Trainer } from './trainer.js';
import type { Transfer } from './transfer.js';
import type { Validator } from './validate.js';

/** What the loop tells while it works. */
export interface Listener {
  /** @param state `loss` is the epoch's mean so far */
  onStep?(state: { epoch: number; step: number; stepsPerEpoch: number; loss: number; imagesPerSecond: number }): void;
  onEpoch?(metrics: EpochMetrics): void;
  onPicture?(done: number, total: number): void;
  /** What weights were taken over from another run. */
  onTransfer?(transfer: Transfer): void;
}

export interface LoopParts {
  readonly recipe: Recipe;
  readonly trainer: Trainer;
  readonly validator: Validator;
  readonly pool: BatchPool;
  /** How many training samples there are; the pool's first. */
  readonly samples: number;
  readonly start: Progress;
  readonly stage: Stage;
  /** Seconds between checkpoints within an epoch. */
  readonly saveSeconds: number;
  /** Called now and then, and when the last epoch is over. */
  readonly save: (progress: Progress) => void;
  /** Called with the metrics of an epoch, before `save`. */
  readonly record: (metrics: EpochMetrics) => void;
  /** Called when the weights are the best so far, before `save`. */
  readonly keepBest: () => void;
  readonly signal: AbortSignal;
  readonly listener: Listener;
}

/** Seconds between checkpoints at the ends of epochs, at least: short epochs would spend a twentieth of their time on them. */
const epochSaveSeconds = 10;

/**
 * Goes through the epochs that are left of a stage: shuffled batches, a step each, then validation.
 * @returns where it stopped: at the end, by patience, or because the signal asked for it (`interrupted`)
 */
export async function trainingLoop(parts: LoopParts): Promise<Progress & { readonly interrupted: boolean }> {
  const { recipe, trainer, validator, pool, samples, start, stage, signal, listener } = parts;
  const { train } = recipe;
  const patience = stage.until === train.epochs ? train.patience : undefined;
  let { epoch, step, steps, lossSum } = start;
  // Losses at different sizes do not compare.
  let best = epoch === stage.from ? null : start.best;
  const progress = (): Progress => ({ epoch, step, steps, lossSum, best });
  let lastSave = performance.now();
  const save = () => {
    parts.save(progress());
    lastSave = performance.now();
  };
  const secondsUnsaved = () => (performance.now() - lastSave) / 1000;
  const jobsOf = (number: number) => epochJobs(train.seed, number, samples, train.batch);
  // Over the ends of epochs, so that those who prepare them never pause.
  const batches = streamBatches(pool, jobsFrom(epoch, step));
  function* jobsFrom(done: number, first: number) {
    for (let number = done + 1; number <= stage.until; number++) {
      yield* jobsOf(number).slice(number === done + 1 ? first : 0);
    }
  }

  const isOver = () => epoch >= stage.until || outOfPatience(epoch, best, patience);
  while (!isOver()) {
    const stepsPerEpoch = jobsOf(epoch + 1).length;
    const began = performance.now();
    let waited = 0;
    const firstStep = step;
    while (step < stepsPerEpoch) {
      const asked = performance.now();
      const batch = (await batches.next()).value!;
      waited += performance.now() - asked;
      const loss = await trainer.step(batch, steps);
      checkFinite(loss, `the loss became ${loss} in epoch ${epoch + 1}, step ${step + 1}`, train);
      step++;
      steps++;
      lossSum += loss;
      const seconds = (performance.now() - began) / 1000;
      const imagesPerSecond = ((step - firstStep) * train.batch) / seconds;
      listener.onStep?.({ epoch: epoch + 1, step, stepsPerEpoch, loss: lossSum / step, imagesPerSecond });
      if (signal.aborted || secondsUnsaved() >= parts.saveSeconds) save();
      if (signal.aborted) return { ...progress(), interrupted: true };
      // Gives signals and progress a turn.
      await new Promise(setImmediate);
    }
    const trainSeconds = (performance.now() - began) / 1000;
    const validation = await validator.run(trainer.shipped());
    checkFinite(validation.loss, `the validation loss became ${validation.loss} in epoch ${epoch + 1}`, train);
    epoch++;
    const isBest = best === null || validation.loss < best.loss;
    if (isBest) {
      best = { epoch, loss: validation.loss };
      parts.keepBest();
    }
    const metrics: EpochMetrics = {
      epoch,
      trainLoss: lossSum / step,
      validationLoss: validation.loss,
      validationPixels: validation.pixels,
      learningRate: trainer.learningRate(steps - 1),
      seconds: (performance.now() - began) / 1000,
      imagesPerSecond: ((step - firstStep) * train.batch) / trainSeconds,
      waitSeconds: waited / 1000,
      best: isBest,
    };
    step = 0;
    lossSum = 0;
    parts.record(metrics);
    if (isOver() || secondsUnsaved() >= Math.min(epochSaveSeconds, parts.saveSeconds)) save();
    listener.onEpoch?.(metrics);
  }
  return { ...progress(), interrupted: false };
}

function checkFinite(loss: number, what: string, { learningRate }: Recipe['train']): void {
  if (!Number.isFinite(loss)) {
    throw new InputError(`${what}: lower train.learningRate (now ${learningRate}) or set train.clip`);
  }
}

const outOfPatience = (epoch: number, best: Progress['best'], patience: number | undefined): boolean =>
  patience !== undefined && best !== null && epoch - best.epoch >= patience;
