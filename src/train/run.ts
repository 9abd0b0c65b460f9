import type { Markup } from '../data/markup.js';
import type { Score } from '../metrics/score.js';
import type { Recipe } from './recipe.js';

/** `recipe.json` of a run folder: what was trained, on what, by what; see docs/run-folder.md. */
export interface RunInfo {
  readonly name: string;
  readonly recipe: Recipe;
  /** The scheme of all points of the data; `recipe.data.points` says which of them were learnt. */
  readonly markup: Markup;
  readonly versions: { readonly fiducial: string; readonly onnxruntime: string; readonly node: string };
  readonly machine: string;
  readonly data: {
    readonly name: string;
    readonly folder: string;
    /** SHA-256 over the annotation of all samples. */
    readonly fingerprint: string;
    readonly train: number;
    readonly validation: number;
  };
}

/** A line of `metrics.jsonl`. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** Mean and median over validation faces of the mean point error, in picture pixels. */
  readonly validationPixels: { readonly mean: number; readonly median: number };
  readonly learningRate: number;
  /** Wall time of the epoch, validation included. */
  readonly seconds: number;
  /** Training images per second of training time. */
  readonly imagesPerSecond: number;
  /** Seconds that the engine waited for batches. */
  readonly waitSeconds: number;
  /** Whether this epoch's weights became the best. */
  readonly best: boolean;
}

/** `evaluation.json`: the validation set's score. */
export interface RunEvaluation {
  /** With the weights of the epoch of least validation loss. */
  readonly best: Score & { readonly epoch: number };
  /** With the last epoch's weights. */
  readonly last: Score & { readonly epoch: number };
  /** Of always answering with the training faces' mean points. */
  readonly floor: Score;
}
