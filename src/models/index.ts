import { InputError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { Value } from '../tensor/graph.js';
import { cnn1 } from './cnn1.js';
import { cnn2 } from './cnn2.js';
import { resnet18 } from './resnet18.js';
import type { Scope } from './scope.js';

/** Which network, and its options. */
export interface ModelSettings {
  readonly name: string;
  /** Channels of the (first) convolution; the network's own number where absent. */
  readonly channels?: number | undefined;
  readonly dropout?: number | undefined;
}

export interface Model {
  /** The input it was made for. */
  readonly input: { readonly channels: number; readonly height: number; readonly width: number };
  /** How many points the seed's network predicts. */
  readonly points: number;
  /** x [n, channels, height, width] → [n, outputs] */
  readonly build: (scope: Scope, x: Value, outputs: number, options: ModelSettings) => Value;
}

/** The built-in networks. */
export const models: Readonly<Record<string, Model>> = {
  cnn1: { input: { channels: 1, height: 80, width: 60 }, points: 1, build: cnn1 },
  cnn2: { input: { channels: 1, height: 160, width: 120 }, points: 58, build: cnn2 },
  resnet18: { input: { channels: 1, height: 224, width: 224 }, points: 68, build: resnet18 },
};

export function modelNamed(name: string): Model {
  const found = models[name];
  if (!found) throw new InputError(`unknown network '${name}'${nearest(name, Object.keys(models))}`);
  return found;
}
