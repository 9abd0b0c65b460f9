import type { Graph, Value } from '../../src/tensor/graph.js';
import { buffer, createGraph, input, parameter } from '../../src/tensor/graph.js';
import type { Loss } from '../../src/tensor/losses.js';
import { l1, mse } from '../../src/tensor/losses.js';
import * as ops from '../../src/tensor/ops/index.js';
import type { Shape } from '../../src/tensor/types.js';
import type { FixtureTensor } from './fixtures.js';

type State = Record<string, FixtureTensor | number>;

/** A tiny network of the fixtures, with four training steps on one batch. */
export interface TinyNet {
  readonly name: 'cnn1_tiny' | 'cnn2_tiny' | 'resnet_tiny';
  readonly loss: 'mse' | 'l1';
  readonly optimizer: {
    readonly type: 'Adam' | 'AdamW';
    readonly lr: number;
    readonly betas: [number, number];
    readonly eps: number;
    readonly weight_decay?: number;
  };
  readonly state0: State;
  readonly x: FixtureTensor;
  readonly target: FixtureTensor;
  readonly step1: {
    readonly output: FixtureTensor;
    readonly grads: Record<string, FixtureTensor>;
    readonly grad_x: FixtureTensor;
    readonly running_after: Record<string, FixtureTensor>;
  };
  readonly losses: number[];
  readonly state_final: State;
  readonly eval_output_final: FixtureTensor;
}

/** Layers by the names that the state gives them. */
function layers(graph: Graph, state: State, training: boolean) {
  const shapeOf = (name: string): Shape => (state[name] as FixtureTensor).shape;
  const trained = (name: string) => parameter(graph, name, shapeOf(name));
  const kept = (name: string) => buffer(graph, name, shapeOf(name));
  const bias = (name: string) => (`${name}.bias` in state ? trained(`${name}.bias`) : undefined);
  return {
    conv: (name: string, x: Value, options: ops.ConvOptions = {}) =>
      ops.conv(x, trained(`${name}.weight`), bias(name), options),
    norm: (name: string, x: Value) => {
      const [gamma, beta] = [trained(`${name}.weight`), trained(`${name}.bias`)];
      const [mean, variance] = [kept(`${name}.running_mean`), kept(`${name}.running_var`)];
      return ops.batchNorm(x, { gamma, beta, mean, variance }, { training });
    },
    linear: (name: string, x: Value) => ops.linear(x, trained(`${name}.weight`), bias(name)),
  };
}

function cnn(net: TinyNet, graph: Graph, x: Value, training: boolean): Value {
  const { conv, norm, linear } = layers(graph, net.state0, training);
  let y = norm('bn1', ops.maxPool(ops.relu(conv('conv1', x)), { kernel: 2 }));
  y = ops.relu(conv('conv2', y));
  if (net.name === 'cnn1_tiny') y = ops.maxPool(y, { kernel: 2 });
  y = ops.relu(linear('fc1', ops.flatten(norm('bn2', y))));
  return linear('fc2', y);
}

function resnet(net: TinyNet, graph: Graph, x: Value, training: boolean): Value {
  const { conv, norm, linear } = layers(graph, net.state0, training);
  const block = (name: string, input: Value, stride: number) => {
    let y = ops.relu(norm(`${name}_bn1`, conv(`${name}_conv1`, input, { stride, pad: 1 })));
    y = norm(`${name}_bn2`, conv(`${name}_conv2`, y, { pad: 1 }));
    const skip = stride > 1 ? norm(`${name}_down_bn`, conv(`${name}_down_conv`, input, { stride })) : input;
    return ops.relu(ops.add(y, skip));
  };
  let y = ops.relu(norm('bn1', conv('conv1', x, { pad: 1 })));
  y = ops.maxPool(y, { kernel: 3, stride: 2, pad: 1 });
  y = block('l2', block('l1', y, 1), 2);
  return linear('fc', ops.flatten(ops.globalAveragePool(y)));
}

/** The network in a graph of its own, with its loss against the input `target`. */
export function buildTinyNet(net: TinyNet, training: boolean) {
  const graph = createGraph();
  const x = input(graph, 'x', net.x.shape);
  const target = input(graph, 'target', net.target.shape);
  const output = (net.name === 'resnet_tiny' ? resnet : cnn)(net, graph, x, training);
  const loss: Loss = net.loss === 'mse' ? mse : l1;
  return { graph, x, output, loss: loss(output, target) };
}
