import { existsSync } from 'node:fs';
import { InputError } from '../errors.js';
import { buildNetwork } from '../models/network.js';
import { sameShape } from '../tensor/types.js';
import { allocateWeights, type Weights } from '../tensor/weights.js';
import { readShipped } from './checkpoint.js';
import { networkSettings } from './network-settings.js';
import { readRunInfo, runFiles } from './run-folder.js';

/** The weights that a run ships, by their names in the network. */
export interface Source {
  readonly folder: string;
  readonly weights: readonly Weights[];
}

/** What a training took over from another run. */
export interface Transfer {
  readonly taken: readonly string[];
  /** What had no namesake of the same shape there, and begins anew. */
  readonly fresh: readonly string[];
}

/** Reads a run's weights, finished or not; throws an InputError that names the folder or file where there are none. */
export function readSource(folder: string): Source {
  const { recipe, markup } = readRunInfo(folder);
  const { checkpoint } = runFiles(folder);
  if (!existsSync(checkpoint)) {
    throw new InputError(
      `${checkpoint}: is not there; to begin with a run's weights (train.from) takes its checkpoint`,
    );
  }
  const { graph } = buildNetwork(networkSettings(recipe, markup.points.length, undefined), {
    training: true,
    batch: 1,
  });
  const weights = [graph.parameters, graph.buffers].map((values) => allocateWeights(values));
  const [parameters, buffers] = weights.map(({ all }) => all) as [Float32Array, Float32Array];
  readShipped(checkpoint, { parameters, buffers });
  return { folder, weights };
}

/**
 * Copies each tensor that has a namesake of the same shape in the source: all of the same network, all but the last layer where
 * the points are others. Throws an InputError where none has.
 */
export function transfer({ folder, weights }: Source, targets: readonly Weights[]): Transfer {
  const known = new Map(weights.flatMap(({ tensors }) => [...tensors]));
  const taken: string[] = [];
  const fresh: string[] = [];
  for (const [name, { shape, data }] of targets.flatMap(({ tensors }) => [...tensors])) {
    const there = known.get(name);
    const fits = there !== undefined && sameShape(there.shape, shape);
    if (fits) data.set(there.data);
    (fits ? taken : fresh).push(name);
  }
  if (taken.length === 0) throw new InputError(`${folder}: is a run of another network; nothing of it fits this one`);
  return { taken, fresh };
}
