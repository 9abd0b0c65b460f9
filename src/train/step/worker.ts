import * as ort from 'onnxruntime-node';
import { workerData } from 'piscina';
import type { Size } from '../../image/crop.js';
import type { Range } from '../../tensor/optimisers/index.js';
import type { SessionOptions } from '../../tensor/runtime.js';
import type { Batch } from '../batches/worker.js';
import { compilePart, type PartStep, type StepSettings } from './part.js';
import { computeShare } from './share.js';
import { createUpdate, type Memory, type RangeUpdate } from './update.js';

/** What each worker is given once; all arrays are shared memory. */
export interface WorkerData extends StepSettings {
  readonly options: SessionOptions;
  readonly memory: Memory;
  /** As they are before the step. */
  readonly buffers: Float32Array;
  /** Of each session, the sum of the buffers that its parts have moved. */
  readonly moved: readonly Float32Array[];
  /** The ranges of the parameters that are updated side by side. */
  readonly ranges: readonly Range[];
}

/** What a worker is asked for. */
export type Task =
  | {
      readonly kind: 'share';
      readonly session: number;
      readonly size: Size;
      readonly batch: Batch;
      readonly parts: readonly number[];
      readonly done: number;
    }
  | { readonly kind: 'gather'; readonly range: number }
  | {
      readonly kind: 'apply';
      readonly range: number;
      readonly factor: number;
      readonly learningRate: number;
      readonly done: number;
    };

const { options, memory, buffers, moved, ranges, ...settings } = workerData as WorkerData;
let compiled: { readonly size: Size; readonly step: PartStep } | undefined;
const updates = new Map<number, RangeUpdate>();

async function stepFor(size: Size): Promise<PartStep> {
  if (compiled?.size.width === size.width && compiled.size.height === size.height) return compiled.step;
  await compiled?.step.release();
  compiled = { size, step: await compilePart(settings, size, ort, options, compiled?.step) };
  return compiled.step;
}

function updateOf(range: number): RangeUpdate {
  const known = updates.get(range) ?? createUpdate(settings.recipe.train, memory, ranges[range]!);
  updates.set(range, known);
  return known;
}

/** @returns the sum of a share's losses; the sum of squares of a range's gradients */
export default async function work(task: Task): Promise<number> {
  switch (task.kind) {
    case 'share': {
      const step = await stepFor(task.size);
      step.parameters.all.set(memory.parameters);
      step.buffers.all.set(buffers);
      const loss = await computeShare(step, task.batch, task.parts, task.done);
      memory.gradients[task.session]!.set(step.gradients.all);
      moved[task.session]!.set(step.buffers.all);
      return loss;
    }
    case 'gather':
      return updateOf(task.range).gather();
    case 'apply':
      updateOf(task.range).apply(task.factor, task.learningRate, task.done);
      return 0;
  }
}
