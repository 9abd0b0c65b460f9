import { float, floatOf, intOf } from '../attributes.js';
import type { Node, Value } from '../graph.js';
import { scalar } from '../graph.js';
import { applyAll, defineOperator } from '../operator.js';
import { GraphError, showShape, sizeOf } from '../types.js';
import { add, div, mul, neg, scale, sub } from './arithmetic.js';
import { sqrt } from './elementary.js';
import { reduceSum } from './reduce.js';
import { reshape } from './shape.js';

export interface BatchNormOptions {
  readonly epsilon?: number;
  /** Share of the new batch in the running statistics, PyTorch's meaning. */
  readonly momentum?: number;
  /** Normalise by the batch and keep running statistics; else normalise by these. */
  readonly training: boolean;
}

/**
 * Normalises each channel of x [n, c, h, w] or [n, c]: (x - mean) / sqrt(variance + epsilon) · gamma + beta. In training mean and
 * (biased) variance are the batch's, and the running ones move towards them, the variance unbiased, as PyTorch keeps it.
 * Ioffe and Szegedy, "Batch Normalization", 2015.
 */
export function batchNorm(
  x: Value,
  { gamma, beta, mean, variance }: { gamma: Value; beta: Value; mean: Value; variance: Value },
  { epsilon = 1e-5, momentum = 0.1, training }: BatchNormOptions,
): Value {
  const { graph } = x;
  if (!training) {
    return applyAll(graph, 'BatchNormalization', [x, gamma, beta, mean, variance], { epsilon: float(epsilon) })[0]!;
  }
  // With ONNX's momentum at 0 the second and third output are the batch's own mean and biased variance.
  // The old statistics count for nothing, but ONNX Runtime may put the new ones into their place in memory, and makes
  // one of equal constants: so each of these inputs has a number that nothing else has.
  const place = (index: number) => scalar(graph, index + 0.123, mean.shape);
  const attributes = { epsilon: float(epsilon), momentum: float(0), training_mode: 1 };
  const { length } = graph.averages;
  const inputs = [x, gamma, beta, place(length), place(length + 1)];
  const [y, batchMean, batchVariance] = applyAll(graph, 'BatchNormalization', inputs, attributes, { outputs: 3 });
  const count = sizeOf(x.shape) / x.shape[1]!;
  graph.averages.push({ buffer: mean, value: batchMean!, momentum, correction: 1 });
  graph.averages.push({
    buffer: variance,
    value: batchVariance!,
    momentum,
    correction: count / Math.max(1, count - 1),
  });
  return y!;
}

/** x · factor + shift with one factor and shift a channel, in one pass: as normalisation with mean 0 and variance 1. */
export function channelMapped(x: Value, factor: Value, shift: Value): Value {
  const [zeros, ones] = [0, 1].map((element) => scalar(x.graph, element, factor.shape)) as [Value, Value];
  return applyAll(x.graph, 'BatchNormalization', [x, factor, shift, zeros, ones], { epsilon: float(0) })[0]!;
}

const isTraining = ({ attributes }: Pick<Node, 'attributes'>): boolean => intOf(attributes, 'training_mode', 0) === 1;

/** Whether a node is a batch norm by given statistics, so that it is no more than a {@link channelMap}. */
export const hasFixedStatistics = (node: Node): boolean => node.operator === 'BatchNormalization' && !isTraining(node);

/** What x is normalised by, a number a channel; the deviation's inverse. */
export function statisticsOf(norm: Node): { readonly mean: Value; readonly variance: Value; readonly inverse: Value } {
  const [mean, variance] = (isTraining(norm) ? norm.outputs.slice(1) : norm.inputs.slice(3)) as [Value, Value];
  const epsilon = scalar(mean.graph, floatOf(norm.attributes, 'epsilon', 1e-5));
  return { mean, variance, inverse: div(scalar(mean.graph, 1), sqrt(add(variance, epsilon))) };
}

/** x · factor + shift, with one of each a channel. */
export interface ChannelMap {
  readonly factor: Value;
  readonly shift: Value;
}

/** What a batch norm does to x. */
export function channelMap(norm: Node): ChannelMap {
  const [, gamma, beta, ...statistics] = norm.inputs as [Value, Value, Value, Value, Value];
  // One that `affine` made: mean 0, deviation 1.
  const [zeros, ones] = statistics.map(({ data }) => data);
  const epsilon = floatOf(norm.attributes, 'epsilon', 1e-5);
  const changesNothing = epsilon === 0 && zeros?.every((mean) => mean === 0) && ones?.every((square) => square === 1);
  if (!isTraining(norm) && changesNothing) return { factor: gamma, shift: beta };
  const { mean, inverse } = statisticsOf(norm);
  const factor = mul(gamma, inverse);
  return { factor, shift: sub(beta, mul(mean, factor)) };
}

defineOperator('BatchNormalization', {
  infer: ([x, ...statistics], attributes) => {
    const channels = x!.shape[1];
    for (const value of statistics) {
      if (value!.shape.length !== 1 || value!.shape[0] !== channels) {
        throw new GraphError(
          `BatchNormalization: x ${showShape(x!.shape)} and '${value!.name}' ${showShape(value!.shape)} do not fit`,
        );
      }
    }
    const result = { type: x!.type, shape: x!.shape };
    const perChannel = { type: x!.type, shape: [channels!] };
    return isTraining({ attributes }) ? [result, perChannel, perChannel] : [result];
  },
  gradient: (node, [dy, ofMean, ofVariance], wanted) => {
    const [x, gamma] = node.inputs as [Value, Value];
    const { mean, inverse } = statisticsOf(node);
    const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    const wide = (value: Value) => reshape(value, [value.shape[0]!, ...axes.slice(1).map(() => 1)]);
    const factor = mul(gamma, inverse);

    const dBeta = dy && reduceSum(dy, axes);
    const dGamma = dy && mul(inverse, sub(reduceSum(mul(dy, x), axes), mul(mean, dBeta!)));
    const dMean = sumOf(ofMean, dBeta && neg(mul(factor, dBeta)));
    const dVariance = sumOf(ofVariance, dGamma && scale(mul(mul(factor, inverse), dGamma), -0.5));
    if (!isTraining(node)) return [wanted[0] ? mul(dy!, wide(factor)) : undefined, dGamma, dBeta, dMean, dVariance];

    // The statistics are the batch's own: dx = factor · dy + dMean / count + dVariance · 2 (x - mean) / count.
    const dx = () => {
      const count = sizeOf(x.shape) / x.shape[1]!;
      const b = dVariance ? scale(dVariance, 2 / count) : scalar(x.graph, 0, mean.shape);
      const c = sub(dMean ? scale(dMean, 1 / count) : scalar(x.graph, 0, mean.shape), mul(b, mean));
      return dy ? add(channelMapped(dy, factor, c), mul(x, wide(b))) : channelMapped(x, b, c);
    };
    return [wanted[0] ? dx() : undefined, dGamma, dBeta];
  },
});

const sumOf = (a: Value | undefined, b: Value | undefined): Value | undefined => (a && b ? add(a, b) : (a ?? b));
