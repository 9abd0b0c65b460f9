import { randomFor } from '../random.js';
import type { Value } from '../tensor/graph.js';
import { constant, createGraph, input, scalar } from '../tensor/graph.js';
import { add, exp, mul, scale, slice } from '../tensor/ops/index.js';
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
  /** The network also says how far from the truth it expects each point to be. */
  readonly spread?: boolean;
}

/** What a network says of a batch. */
export interface Answer {
  /** (x, y) pairs in the crop's unit square, [n, 2·points]. */
  readonly points: Value;
  /** The distance from the truth that it expects of each point, in the same unit, [n, points]. */
  readonly spread?: Value;
}

/** A network in a graph of its own: image [n, channels, height, width] → answer. */
export interface Network extends Scope, Answer {
  readonly image: Value;
}

/** The spread before anything is learnt: about that of the mean face. */
const firstSpread = 0.05;

/** Builds the training form, or the inference form, of a network for a batch of `batch` pictures. */
export function buildNetwork(settings: NetworkSettings, form: { training: boolean; batch: number }): Network {
  const { model, points, start } = settings;
  const { channels, height, width } = settings.input;
  const scope: Scope = { graph: createGraph(), training: form.training, rows: [], initialisers: new Map() };
  const image = input(scope.graph, 'image', [form.batch, channels, height, width]);
  const output = modelNamed(model.name).build(scope, image, (settings.spread ? 3 : 2) * points, model);
  const columns = (from: number, to: number) => slice(output, [{ axis: 1, start: from, end: to }]);
  let found = settings.spread ? columns(0, 2 * points) : output;
  if (start) {
    const mean = constant(scope.graph, Float32Array.from(start.shape), [2 * points]);
    found = add(mul(found, scalar(scope.graph, start.factor)), mean);
  }
  if (!settings.spread) return { ...scope, image, points: found };
  return { ...scope, image, points: found, spread: scale(exp(columns(2 * points, 3 * points)), firstSpread) };
}

/** Fills parameters and buffers as the network's layers say; each has a stream of its own, so order does not matter. */
export function initialise({ initialisers }: Network, weights: readonly Weights[], seed: number): void {
  for (const { tensors } of weights) {
    for (const [name, { data }] of tensors) initialisers.get(name)?.(data, randomFor(seed, 'initialise', name));
  }
}
