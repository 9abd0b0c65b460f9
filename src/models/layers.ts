import { buffer, parameter, type Value } from '../tensor/graph.js';
import { fanIn, fanInUniform, fill, type Initialiser } from '../tensor/initialise.js';
import * as ops from '../tensor/ops/index.js';
import type { Shape } from '../tensor/types.js';
import { sizeOf } from '../tensor/types.js';
import type { Scope } from './scope.js';
import { tell } from './scope.js';

function trained(scope: Scope, name: string, shape: Shape, initialiser: Initialiser): Value {
  const value = parameter(scope.graph, name, shape);
  scope.initialisers.set(value.name, initialiser);
  return value;
}

function kept(scope: Scope, name: string, shape: Shape, initial: number): Value {
  const value = buffer(scope.graph, name, shape);
  scope.initialisers.set(value.name, fill(initial));
  return value;
}

export interface Conv2dOptions {
  /** Output channels. */
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly bias?: boolean;
}

/** A convolution with weights `name.weight` and `name.bias`: x [n, in, h, w] → [n, out, h', w']. */
export function conv2d(scope: Scope, name: string, x: Value, options: Conv2dOptions): Value {
  const { out, kernel, bias = true, stride = 1, pad = 0 } = options;
  const shape = [out, x.shape[1]!, kernel, kernel];
  const initialiser = fanInUniform(fanIn(shape));
  const weight = trained(scope, `${name}.weight`, shape, initialiser);
  const shift = bias ? trained(scope, `${name}.bias`, [out], initialiser) : undefined;
  const y = ops.conv(x, weight, shift, { stride, pad });
  tell(scope, 'Conv2d', y, sizeOf(shape) + (bias ? out : 0));
  return y;
}

/** Batch normalisation with `name.weight`, `name.bias`, `name.running_mean` and `name.running_var`; keeps x's shape. */
export function batchNorm2d(scope: Scope, name: string, x: Value): Value {
  const shape = [x.shape[1]!];
  const gamma = trained(scope, `${name}.weight`, shape, fill(1));
  const beta = trained(scope, `${name}.bias`, shape, fill(0));
  const mean = kept(scope, `${name}.running_mean`, shape, 0);
  const variance = kept(scope, `${name}.running_var`, shape, 1);
  const y = ops.batchNorm(x, { gamma, beta, mean, variance }, { training: scope.training });
  tell(scope, 'BatchNorm2d', y, 2 * shape[0]!);
  return y;
}

/** A fully connected layer with `name.weight` [out, in] and `name.bias`: x [n, in] → [n, out]. */
export function linear(scope: Scope, name: string, x: Value, out: number): Value {
  const shape = [out, x.shape[1]!];
  const initialiser = fanInUniform(fanIn(shape));
  const weight = trained(scope, `${name}.weight`, shape, initialiser);
  const bias = trained(scope, `${name}.bias`, [out], initialiser);
  const y = ops.linear(x, weight, bias);
  tell(scope, 'Linear', y, sizeOf(shape) + out);
  return y;
}
