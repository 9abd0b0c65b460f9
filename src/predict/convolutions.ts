import type { Node, Value } from '../tensor/graph.js';
import type { DecodedModel } from '../tensor/onnx/decode.js';

/** A two-dimensional convolution of a model. */
export interface Convolution {
  /** Of its weight, without `.weight`: `conv1`; no two are alike. */
  readonly name: string;
  /** Its filters, row-major; absent where the model computes them. */
  readonly filters?: {
    readonly data: Float32Array;
    /** Output channels, input channels (of a group), height, width. */
    readonly shape: readonly [out: number, input: number, height: number, width: number];
  };
  /** What it gives, after the batch norm and the activation function that follow it alone. [n, out, height, width] */
  readonly output: Value;
  /** The operator of that activation function, such as `Relu`. */
  readonly activation?: string;
}

const activations = new Set([
  'Relu',
  'LeakyRelu',
  'PRelu',
  'Clip',
  'Sigmoid',
  'Tanh',
  'Elu',
  'Selu',
  'HardSwish',
  'Gelu',
]);

/** The convolutions of a model in order of execution. */
export function convolutions({ graph, weights }: DecodedModel): Convolution[] {
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const value of node.inputs) if (value) readers.set(value, [...(readers.get(value) ?? []), node]);
  }
  const taken = new Map<string, number>();
  return graph.nodes.flatMap((node) => {
    const weight = node.inputs[1];
    if (node.operator !== 'Conv' || weight?.shape.length !== 4) return [];
    const wanted = weight.name.replace(/\.weight$/, '');
    const count = (taken.get(wanted) ?? 0) + 1;
    taken.set(wanted, count);
    const data = weights.get(weight) ?? weight.data;
    const shape = weight.shape as readonly [number, number, number, number];
    return {
      name: count === 1 ? wanted : `${wanted}-${count}`,
      ...(data instanceof Float32Array ? { filters: { data, shape } } : {}),
      ...follow(node.outputs[0]!, readers),
    };
  });
}

/** Goes on as far as nothing else reads the values on the way. */
function follow(
  output: Value,
  readers: ReadonlyMap<Value, readonly Node[]>,
): Pick<Convolution, 'output' | 'activation'> {
  const [next, ...others] = readers.get(output) ?? [];
  if (!next || others.length > 0 || next.inputs[0] !== output) return { output };
  if (next.operator === 'BatchNormalization') return follow(next.outputs[0]!, readers);
  return activations.has(next.operator) ? { output: next.outputs[0]!, activation: next.operator } : { output };
}
