import type { Size } from '../../image/crop.js';
import { initialise } from '../../models/network.js';
import { averageWeights, clipFactor, type Range } from '../../tensor/optimisers/index.js';
import type { Runtime, SessionOptions } from '../../tensor/runtime.js';
import { type Allocate, copyWeights, type Weights } from '../../tensor/weights.js';
import type { Batch } from '../batches/worker.js';
import { mapValues } from '../map-values.js';
import { createWorkerPool } from '../worker-pool.js';
import { compilePart, type StepSettings } from './part.js';
import { addTo, computeShare } from './share.js';
import { createUpdate, type Memory, optimiserOf } from './update.js';
import type { Task, WorkerData } from './worker.js';

/** Training steps: the gradients of a batch, then the optimiser's step along them. */
export interface Steps {
  /** The weights now, and their moving average where the recipe wants one. */
  readonly weights: readonly [parameters: Weights, buffers: Weights];
  readonly average?: readonly [parameters: Weights, buffers: Weights];
  /** The optimiser's state. */
  readonly state: Memory['state'];
  /**
   * @param done how many steps were made before
   * @returns the batch's mean loss before the step
   */
  step(batch: Batch, learningRate: number, done: number): Promise<number>;
  /** Goes on with pictures of another size. */
  resize(size: Size): Promise<void>;
  release(): Promise<void>;
}

/** Fewer parameters are updated by one thread before two have been told to. */
const fewParameters = 200_000;

/**
 * Steps along batches, each computed in `train.parts` parts of equal size whose losses, gradients and moved buffers are
 * averaged. Without batch norm that is the same as the whole batch at once; batch norm sees one part at a time. Where
 * there are threads for it, parts are computed side by side, each by a session of its own in a worker, and the parameters
 * are updated in as many ranges: two sessions of one thread do more than one of two, whose threads meet at each operator.
 * @param size of the first pictures
 * @param runtime of this thread's session; workers have onnxruntime-node
 * @param options `intraOpNumThreads` is what there is for all sessions together, 1 where absent
 */
export async function createSteps(
  settings: StepSettings,
  size: Size,
  runtime: Runtime,
  options: SessionOptions,
): Promise<Steps> {
  const { train } = settings.recipe;
  const threads = options.intraOpNumThreads ?? 1;
  const sessions = Math.min(train.parts, threads);
  const own = { ...options, intraOpNumThreads: Math.floor(threads / sessions) };
  const parts = Array.from({ length: sessions }, (_, session) => everyNth(train.parts, session, sessions));
  let part = await compilePart(settings, size, runtime, own);

  const alone = sessions === 1;
  const allocate: Allocate = alone ? (length) => new Float32Array(length) : shared;
  const parameters = alone ? part.parameters : copyWeights(part.parameters, shared);
  const buffers = alone ? part.buffers : copyWeights(part.buffers, shared);
  initialise(part.network, [parameters, buffers], train.seed);
  const average =
    train.averaging === undefined
      ? undefined
      : ([copyWeights(parameters, allocate), copyWeights(buffers, allocate)] as const);
  const count = parameters.all.length;
  const { state } = optimiserOf(train, count);
  const memory: Memory = {
    parameters: parameters.all,
    gradients: alone ? [part.gradients.all] : parts.map(() => shared(count)),
    state: alone ? state : mapValues(state, ({ length }) => shared(length)),
    ...(average ? { average: average[0].all } : {}),
  };
  const moved = alone ? [part.buffers.all] : parts.map(() => shared(buffers.all.length));
  const ranges = split(count, count < fewParameters ? 1 : sessions);
  const update = createUpdate(train, memory, ranges[0]!);
  const helpers = alone
    ? undefined
    : createHelpers(sessions - 1, { ...settings, options: own, memory, buffers: buffers.all, moved, ranges });

  /** The sum of the losses of all parts. */
  const compute = async (batch: Batch, done: number): Promise<number> => {
    const helped = parts
      .slice(1)
      .map((share, i) => helpers!.run({ kind: 'share', session: i + 1, size, batch, parts: share, done }));
    if (!alone) {
      part.parameters.all.set(parameters.all);
      part.buffers.all.set(buffers.all);
    }
    const loss = await computeShare(part, batch, parts[0]!, done);
    if (!alone) {
      memory.gradients[0]!.set(part.gradients.all);
      moved[0]!.set(part.buffers.all);
    }
    return sum([loss, ...(await Promise.all(helped))]);
  };
  const step = async (batch: Batch, learningRate: number, done: number) => {
    const loss = await compute(batch, done);
    averageParts(buffers.all, moved, train.parts);

    const others = ranges.map((_, range) => range).slice(1);
    const gathered = others.map((range) => helpers!.run({ kind: 'gather', range }));
    const squares = sum([update.gather(), ...(await Promise.all(gathered))]);
    const factor = train.clip === undefined ? 1 : clipFactor(Math.sqrt(squares), train.clip);
    const applied = others.map((range) => helpers!.run({ kind: 'apply', range, factor, learningRate, done }));
    update.apply(factor, learningRate, done);
    if (average) averageWeights(average[1].all, buffers.all, train.averaging!, done);
    await Promise.all(applied);
    return loss / train.parts;
  };
  const resize = async (wanted: Size) => {
    if (size.width === wanted.width && size.height === wanted.height) return;
    await part.release();
    size = wanted;
    part = await compilePart(settings, size, runtime, own, part);
  };
  const release = async () => {
    await helpers?.close();
    await part.release();
  };
  return {
    weights: [parameters, buffers],
    ...(average ? { average } : {}),
    state: memory.state,
    step,
    resize,
    release,
  };
}

function createHelpers(workers: number, data: WorkerData) {
  const pool = createWorkerPool('./worker', import.meta.url, data, workers);
  const run = (task: Task) => {
    const result = pool.run(task) as Promise<number>;
    // Its failure is thrown when it is waited for; until then it must not count as unhandled.
    result.catch(() => {});
    return result;
  };
  return { run, close: () => pool.destroy() };
}

const shared: Allocate = (length) => new Float32Array(new SharedArrayBuffer(4 * length));

/** first, first + n, … below `end` */
const everyNth = (end: number, first: number, n: number): number[] =>
  Array.from({ length: Math.ceil((end - first) / n) }, (_, i) => first + i * n);

/** [0, count) in ranges of about equal length, each of whole cache lines but the last. */
function split(count: number, into: number): Range[] {
  const line = 16;
  const length = Math.ceil(count / into / line) * line;
  return Array.from({ length: into }, (_, i) => ({
    start: Math.min(i * length, count),
    end: Math.min((i + 1) * length, count),
  }));
}

/** Makes `mean` that of the parts, given the sums of each session's. */
function averageParts(mean: Float32Array, sums: readonly Float32Array[], parts: number): void {
  if (parts === 1) return;
  const [first, ...others] = sums as [Float32Array, ...Float32Array[]];
  if (mean !== first) mean.set(first);
  for (const other of others) addTo(mean, other);
  for (let i = 0; i < mean.length; i++) mean[i]! /= parts;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
