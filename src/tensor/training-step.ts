import type { Tensor } from 'onnxruntime-common';
import { accelerate } from './fast/accelerate.js';
import { blockSize } from './fast/block-size.js';
import { gradients } from './gradient.js';
import type { Graph, Value } from './graph.js';
import { encodeModel } from './onnx/encode.js';
import { fetchesOf, refused, runRefused } from './preallocation.js';
import { briefSpinning, type Runtime, type Session, type SessionOptions } from './runtime.js';
import { sizeOf, type TensorData } from './types.js';
import type { Weights } from './weights.js';
import { allocateWeights } from './weights.js';

export interface TrainingOptions extends SessionOptions {
  /** Computes the graph as it is written, without the faster ways that are known for some of it. */
  readonly plain?: boolean;
  /** Of another step of the same network, such as for another input size: this one then goes on with them, in place. */
  readonly weights?: Pick<TrainingStep, 'parameters' | 'buffers' | 'gradients'>;
}

/** One session that computes loss and gradients of a batch; see {@link compileTrainingStep}. */
export interface TrainingStep {
  readonly parameters: Weights;
  readonly buffers: Weights;
  /** Filled by each {@link TrainingStep.run}: the gradient of the loss to each parameter, under its name. */
  readonly gradients: Weights;
  /**
   * Runs the batch (data by input name, each of the input's size), leaves the gradients in `gradients`, moves the
   * buffers' running averages, and returns the loss.
   */
  run(batch: Readonly<Record<string, TensorData>>): Promise<number>;
  release(): Promise<void>;
}

/**
 * Turns a network with its loss into one session: inputs are the batch, the parameters and the buffers, outputs are the
 * loss and the gradients. Parameters are fed from, and gradients written to, the typed arrays of this object, in place.
 */
export async function compileTrainingStep(
  network: Graph,
  networkLoss: Value,
  runtime: Runtime,
  { plain = false, weights, ...options }: TrainingOptions = {},
): Promise<TrainingStep> {
  const { graph, outputs } = plain
    ? { graph: network, outputs: [networkLoss] as const }
    : accelerate(network, [networkLoss] as const, { block: await blockSize(runtime, options) });
  const [loss] = outputs;
  const grads = gradients(loss, graph.parameters);
  const mode = await fetchesOf(runtime, options);
  const { bytes, inputs } = encodeModel([loss, ...grads, ...graph.averages.map(({ value }) => value)], {
    outputNames: [
      'loss',
      ...graph.parameters.map(({ name }) => gradientName(name)),
      ...graph.averages.map(averageName),
    ],
    // Where ONNX Runtime knows shapes it keeps memory from forward to backward for tensors of the same shape.
    shapeless: graph.inputs,
    ...(mode === 'filled, refused' ? { emptySequence: refused } : {}),
  });
  const session: Session = await runtime.InferenceSession.create(bytes, {
    enableMemPattern: false,
    ...briefSpinning,
    ...options,
  });

  const parameters = weights?.parameters ?? allocateWeights(graph.parameters);
  const buffers = weights?.buffers ?? allocateWeights(graph.buffers);
  const gradient = weights?.gradients ?? allocateWeights(graph.parameters);
  const tensorFor = (data: TensorData, value: Pick<Value, 'shape' | 'type'>) =>
    new runtime.Tensor(value.type, data as Float32Array, value.shape) as Tensor;

  const constantFeeds: Record<string, Tensor> = {};
  for (const value of inputs) {
    const tensor = parameters.tensors.get(value.name) ?? buffers.tensors.get(value.name);
    if (tensor) constantFeeds[value.name] = tensorFor(tensor.data, value);
  }
  const batchInputs = inputs.filter(({ name }) => !(name in constantFeeds));
  /** Where each output goes. */
  const arrays = new Map<string, Float32Array>([['loss', new Float32Array(1)]]);
  const fetches: Record<string, Tensor> = { loss: tensorFor(arrays.get('loss')!, loss) };
  for (const value of graph.parameters) {
    const { data } = gradient.tensors.get(value.name)!;
    arrays.set(gradientName(value.name), data);
    fetches[gradientName(value.name)] = tensorFor(data, value);
  }
  for (const average of graph.averages) {
    const data = new Float32Array(sizeOf(average.value.shape));
    arrays.set(averageName(average), data);
    fetches[averageName(average)] = tensorFor(data, average.value);
  }
  const fill = async (feeds: Readonly<Record<string, Tensor>>) => {
    if (mode === 'filled, refused') return runRefused(session, feeds, fetches);
    const results = await session.run(feeds, mode === 'filled' ? fetches : [...arrays.keys()]);
    if (mode === 'ignored') for (const [name, array] of arrays) array.set(results[name]!.data as Float32Array);
  };

  const run = async (batch: Readonly<Record<string, TensorData>>) => {
    const feeds = { ...constantFeeds };
    for (const value of batchInputs) {
      const data = batch[value.name];
      if (!data) throw new RangeError(`the batch lacks '${value.name}'`);
      feeds[value.name] = tensorFor(data, value);
    }
    await fill(feeds);
    for (const average of graph.averages) {
      const { buffer, momentum, correction } = average;
      const running = buffers.tensors.get(buffer.name)!.data;
      const now = arrays.get(averageName(average))!;
      for (let i = 0; i < running.length; i++)
        running[i] = (1 - momentum) * running[i]! + momentum * correction * now[i]!;
    }
    return arrays.get('loss')![0]!;
  };
  return { parameters, buffers, gradients: gradient, run, release: () => session.release() };
}

const gradientName = (parameter: string): string => `gradient of ${parameter}`;
const averageName = ({ buffer }: { readonly buffer: Value }): string => `batch ${buffer.name}`;
