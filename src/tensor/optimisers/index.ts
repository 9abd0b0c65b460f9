export * from './adam.js';
export * from './average.js';
export * from './clip.js';
export { type Decay, type Optimiser, type OptimiserMemory, type Range, rangesOf } from './optimiser.js';
export * from './schedules.js';
export * from './sgd.js';
