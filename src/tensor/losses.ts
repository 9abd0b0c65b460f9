import type { Value } from './graph.js';
import { scalar } from './graph.js';
import { add, div, mul, scale, sub } from './ops/arithmetic.js';
import { less, where } from './ops/compare.js';
import { abs, log, sqrt } from './ops/elementary.js';
import { max } from './ops/extreme.js';
import { reduceMean, reduceSum } from './ops/reduce.js';
import { expand, reshape } from './ops/shape.js';
import { GraphError, sameShape, showShape } from './types.js';

/**
 * A loss: prediction and target [n, 2·points], as x, y, x, y, …, to one number of shape [].
 *
 * Without `weight`, the mean over all n·2·points elements, as PyTorch's reduction "mean". With `weight`, not negative,
 * [n, points] (a graph input, fed with each batch) or [points] (a constant), the weighted mean
 *   Σ weight[i, p] · (loss of x[i, p] + loss of y[i, p]) / (2 · Σ weight[i, p])   over pictures i and points p,
 * in which equal weights are as none, a point of weight 0 does not count, and a batch of nothing but these has loss 0.
 * Throws a GraphError where the shapes do not fit.
 */
export type Loss = (prediction: Value, target: Value, weight?: Value) => Value;

/** A loss by its elements: what each difference prediction - target costs. */
const elementwise =
  (name: string, cost: (difference: Value) => Value): Loss =>
  (prediction, target, weight) => {
    if (!sameShape(prediction.shape, target.shape)) {
      throw new GraphError(
        `${name}: prediction ${showShape(prediction.shape)} and target ${showShape(target.shape)} must have one shape`,
      );
    }
    const costs = cost(sub(prediction, target));
    return weight ? weightedMean(name, costs, weight) : reduceMean(costs);
  };

function weightedMean(name: string, costs: Value, weight: Value): Value {
  const [n, width] = costs.shape as [number, number];
  const points = width / 2;
  if (costs.shape.length !== 2 || ![[points], [n, points]].some((shape) => sameShape(shape, weight.shape))) {
    throw new GraphError(
      `${name}: weight ${showShape(weight.shape)} must be [${points}] or [${n}, ${points}] for a prediction ${showShape(costs.shape)}`,
    );
  }
  const full = expand(weight, [n, points]);
  const perPoint = reduceMean(reshape(costs, [n, points, 2]), [2]);
  // Weights of a sum of 0 make the numerator 0 too; the bound only keeps 0 / 0 away.
  return div(reduceSum(mul(perPoint, full)), max(reduceSum(full), scalar(costs.graph, 1e-12)));
}

/** d² */
export const mse: Loss = elementwise('mse', (d) => mul(d, d));

/** |d|; the gradient at 0 is 0. */
export const l1: Loss = elementwise('l1', abs);

/** d² / (2·beta) where |d| < beta, else |d| - beta / 2. Girshick, "Fast R-CNN", 2015, where beta is 1. */
export const smoothL1 = (beta: number): Loss => bent('smoothL1', positive('smoothL1', 'beta', beta), 1 / beta);

/** d² / 2 where |d| < delta, else delta · (|d| - delta / 2). Huber, "Robust estimation of a location parameter", 1964. */
export const huber = (delta: number): Loss => bent('huber', positive('huber', 'delta', delta), 1);

/** A parabola of this curvature up to |d| = bend, then its tangent. */
const bent = (name: string, bend: number, curvature: number): Loss =>
  elementwise(name, (d) => {
    const distance = abs(d);
    const inside = scale(mul(d, d), curvature / 2);
    const outside = scale(sub(distance, scalar(d.graph, bend / 2)), curvature * bend);
    return where(less(distance, scalar(d.graph, bend)), inside, outside);
  });

/**
 * w · ln(1 + |d| / epsilon) where |d| < w, else |d| - C with C = w - w · ln(1 + w / epsilon), so that small errors still
 * pull; w and epsilon in the unit of the points. Feng et al., "Wing loss for robust facial landmark localisation with
 * convolutional neural networks", 2018 (there w = 10, epsilon = 2, in pixels of a 256-pixel face).
 */
export const wing = (w: number, epsilon: number): Loss => {
  positive('wing', 'w', w);
  positive('wing', 'epsilon', epsilon);
  const gap = w - w * Math.log(1 + w / epsilon);
  return elementwise('wing', (d) => {
    const one = scalar(d.graph, 1);
    const distance = abs(d);
    const inside = scale(log(add(scale(distance, 1 / epsilon), one)), w);
    return where(less(distance, scalar(d.graph, w)), inside, sub(distance, scalar(d.graph, gap)));
  });
};

/** Distances are smoothed by it, so that their gradient exists at 0 and their likelihood has a bound. */
const smallestDistance = 1e-4;

/**
 * Likelihood of points whose distance r from the truth, in any direction, is spread like exp(-2·r / e), where e, its
 * expectation, is predicted too: half the negative logarithm of that density, the mean over pictures and points of
 *   r / e + ln(e / ε),   r² = dx² + dy² + ε²,   ε = 1e-4;
 * at least 1, and for given r least at e = r. Points known to be hard pull less. Kendall and Gal, "What uncertainties do
 * we need in Bayesian deep learning for computer vision?", 2017, with this density in place of the Gaussian.
 * @param prediction and target [n, 2·points]
 * @param spread e, [n, points], above 0
 */
export function distanceLikelihood(prediction: Value, spread: Value, target: Value): Value {
  const [n, points] = spread.shape as [number, number];
  if (!sameShape(prediction.shape, [n, 2 * points]) || !sameShape(target.shape, prediction.shape)) {
    throw new GraphError(
      `distanceLikelihood: prediction ${showShape(prediction.shape)} and target ${showShape(target.shape)} must be [n, 2·points] of spread ${showShape(spread.shape)}`,
    );
  }
  const { graph } = prediction;
  const difference = sub(prediction, target);
  const squares = reduceSum(reshape(mul(difference, difference), [n, points, 2]), [2]);
  const distance = sqrt(add(squares, scalar(graph, smallestDistance ** 2)));
  return reduceMean(add(div(distance, spread), log(scale(spread, 1 / smallestDistance))));
}

function positive(loss: string, name: string, value: number): number {
  if (!(value > 0)) throw new GraphError(`${loss}: ${name} must be above 0, not ${value}`);
  return value;
}
