/**
 * The engine: graphs of ONNX operators with static shapes, their gradients, and what trains them. Build a network with
 * {@link createGraph}, {@link input}, {@link parameter} and the operators, end it in a loss, and
 * {@link compileTrainingStep} makes of it one session that gives loss and gradients, for an optimiser to step along.
 */
export * from './attributes.js';
export * from './gradient.js';
export * from './graph.js';
export * from './initialise.js';
export * from './losses.js';
export * from './onnx/decode.js';
export * from './onnx/encode.js';
export { type Application, apply, applyAll, defineOperator, type Operator, type Typed } from './operator.js';
export * from './ops/index.js';
export * from './optimisers/index.js';
export * from './runtime.js';
export * from './training-step.js';
export * from './types.js';
export * from './weights.js';
