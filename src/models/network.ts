import { randomFor } from '../random.js';
import type { Value } from '../tensor/graph.js';
import { constant, createGraph, input, scalar } from '../tensor/graph.js';
import { add, mul } from '../tensor/ops/index.js';
import type { Weights } from '../tensor/weights.js';
import { type ModelSettings, modelNamed } from './index.js';
import type { Scope } from './scope.js';

/** What a network is, apart from its weights. */
export interface NetworkSettings {
  readonly model: ModelSettings;
  readonly input: { readonly channels: number; readonly height: number; readonly width: number };
  /** How many points it predicts. */
  readonly points: number;
  /**
   * What the network's output is added to, after a factor: a start from the mean face learns faster than one from
   * nothing. (x, y) pairs in the crop's unit square, length 2·points.
   */
  readonly start?: { readonly shape: readonly number[]; readonly factor: number };
}

/** A network in a graph of its own: image [n, channels, height, width] → points [n, 2·points] in the crop's unit square. */
export interface Network extends Scope {
  readonly image: Value;
  readonly points: Value;
}

/** Builds the training form, or the inference form, of a network for a batch of `batch` pictures. */
export function buildNetwork(settings: NetworkSettings, form: { training: boolean; batch: number }): Network {
  const { model, points, start } = settings;
  const { channels, height, width } = settings.input;
  const scope: Scope = { graph: createGraph(), training: form.training, rows: [], initialisers: new Map() };
  const image = input(scope.graph, 'image', [form.batch, channels, height, width]);
  let output = modelNamed(model.name).build(scope, image, 2 * points, model);
  if (start) {
    const mean = constant(scope.graph, Float32Array.from(start.shape), [2 * points]);
    output = add(mul(output, scalar(scope.graph, start.factor)), mean);
  }
  return { ...scope, image, points: output };
}

/** Fills parameters and buffers as the network's layers say; each has a stream of its own, so order does not matter. */
export function initialise({ initialisers }: Network, weights: readonly Weights[], seed: number): void {
  for (const { tensors } of weights) {
    for (const [name, { data }] of tensors) initialisers.get(name)?.(data, randomFor(seed, 'initialise', name));
  }
}
