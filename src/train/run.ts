/** What a run folder's files hold; see docs/run-folder.md. */
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
