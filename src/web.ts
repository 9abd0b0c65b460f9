/**
 * fiducial in a web page: finds points on what a canvas shows, with `onnxruntime-web` as the runtime. The package holds it
 * for bundlers (`fiducial/web`) and as one file for pages without one (`dist/web.bundle.js`).
 */
export type { Markup } from './data/markup.js';
export type { ModelMetadata } from './data/model-metadata.js';
export { InputError } from './errors.js';
export type { Box } from './image/box.js';
export { type CanvasPixels, pictureFromImageData } from './image/image-data.js';
export type { Picture } from './image/picture.js';
export { type Detected, type Detector, detect, type FaceInPicture, openDetector } from './predict/detector.js';
export type { Runtime, SessionOptions } from './tensor/runtime.js';
