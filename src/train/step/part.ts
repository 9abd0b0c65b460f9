import type { Size } from '../../image/crop.js';
import { buildNetwork, type Network, type NetworkSettings } from '../../models/network.js';
import { randomFor } from '../../random.js';
import { input } from '../../tensor/graph.js';
import { dropoutMask } from '../../tensor/ops/index.js';
import type { Runtime, SessionOptions } from '../../tensor/runtime.js';
import { compileTrainingStep, type TrainingOptions, type TrainingStep } from '../../tensor/training-step.js';
import type { TensorData } from '../../tensor/types.js';
import type { Batch } from '../batches/worker.js';
import { lossOf } from '../loss.js';
import type { Recipe } from '../recipe.js';

/** What decides what a step computes, apart from weights and batch. */
export interface StepSettings {
  readonly network: NetworkSettings;
  readonly recipe: Pick<Recipe, 'loss' | 'train'>;
}

/** The session that computes parts of a batch at one picture size. */
export interface PartStep extends Pick<TrainingStep, 'parameters' | 'buffers' | 'gradients' | 'release'> {
  readonly network: Network;
  /**
   * Leaves the part's gradients in `gradients`, moves the running averages in `buffers`, and returns the part's mean loss.
   * @param batch the whole of it
   * @param part which part, from 0
   * @param step how many steps were made before, which dropout draws from
   */
  run(batch: Batch, part: number, step: number): Promise<number>;
}

export async function compilePart(
  { network, recipe: { loss, train } }: StepSettings,
  { width, height }: Size,
  runtime: Runtime,
  options: SessionOptions,
  weights?: TrainingOptions['weights'],
): Promise<PartStep> {
  const samples = train.batch / train.parts;
  const sized = { ...network, input: { ...network.input, width, height } };
  const built = buildNetwork(sized, { training: true, batch: samples });
  const { graph, image } = built;
  const target = input(graph, 'target', built.points.shape);
  const { parameters, buffers, gradients, ...step } = await compileTrainingStep(
    graph,
    lossOf(loss)(built, target),
    runtime,
    { ...options, ...(weights ? { weights } : {}) },
  );
  const partOf = (data: Float32Array, part: number) => {
    const length = data.length / train.parts;
    return data.subarray(part * length, (part + 1) * length);
  };
  const run = (batch: Batch, part: number, done: number) => {
    const feeds: Record<string, TensorData> = {
      [image.name]: partOf(batch.image, part),
      [target.name]: partOf(batch.target, part),
    };
    for (const [i, { mask, rate }] of graph.dropouts.entries()) {
      // Drawn for the whole batch, so that parts do not change what a step drops.
      const shape = [mask.shape[0]! * train.parts, ...mask.shape.slice(1)];
      feeds[mask.name] = partOf(dropoutMask(randomFor(train.seed, 'dropout', done, i), shape, rate), part);
    }
    return step.run(feeds);
  };
  return { network: built, parameters, buffers, gradients, run, release: step.release };
}
