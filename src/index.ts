/** fiducial's library: what the commands do, as functions. */
export { encodeModel as encodeAppearance } from './appearance/file.js';
export { type Example, type FitOptions, type Fitted, fitAppearance } from './appearance/fit.js';
export type { AppearanceModel } from './appearance/model.js';
export { type Conversion, convertDataset } from './data/convert.js';
export { type OpenOptions, openDataset } from './data/dataset.js';
export type { Format, ReadOptions, WriteOptions } from './data/formats/format.js';
export { formatNamed, formats } from './data/formats/index.js';
export type { OnProblem } from './data/formats/problem.js';
export type { Contour, Markup, Normaliser } from './data/markup.js';
export { findMarkup, readMarkup } from './data/markup-file.js';
export { markupNamed, markups } from './data/markups/index.js';
export type { ModelMetadata } from './data/model-metadata.js';
export type { Dataset, Sample } from './data/sample.js';
export { type Holdout, type Split, splitByGroup } from './data/split.js';
export { InputError, UsageError } from './errors.js';
export { type BoundaryResult, studyBoundary } from './evaluate/boundary.js';
export { type EvaluateOptions, evaluate } from './evaluate/evaluate.js';
export { type OverlapResult, studyOverlap } from './evaluate/overlap.js';
export type { StudyExample, StudyOptions } from './evaluate/study.js';
export type { Box } from './image/box.js';
export { decodePicture } from './image/decode.js';
export type { Picture } from './image/picture.js';
export { type Calibration, type CalibrationBin, calibrate, type ExpectedAndActual } from './metrics/calibration.js';
export { type Judged, type JudgedFace, scoreFaces } from './metrics/judged-face.js';
export type { Score } from './metrics/score.js';
export {
  type Detected,
  type DetectOptions,
  type Detector,
  detect,
  type FaceInPicture,
  openDetector,
} from './predict/detector.js';
export { findModel, readModel } from './predict/find-model.js';
export { type FaceInFile, type FoundFace, type PredictOptions, predictFiles } from './predict/predict-files.js';
// From their files: what the report's index tells of charts has types that need packages of their own.
export { writeComparison } from './report/comparison.js';
export { writeRunReport } from './report/run-report.js';
export * as tensor from './tensor/index.js';
export type { Inference } from './tensor/inference.js';
export type { Progress } from './train/checkpoint.js';
export type { Listener } from './train/loop.js';
export { readRecipe } from './train/read-recipe.js';
export type { Recipe } from './train/recipe.js';
export type { EpochMetrics, RunEvaluation, RunInfo } from './train/run.js';
export { type TrainOptions, type TrainResult, train } from './train/train.js';
