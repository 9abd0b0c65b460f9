import type { Value } from '../graph.js';
import { add, mul } from '../ops/arithmetic.js';
import { channelMap } from '../ops/batch-norm.js';
import { geometryOf } from '../ops/conv.js';
import { reduceSum } from '../ops/reduce.js';
import { reshape } from '../ops/shape.js';
import type { Substitute } from './accelerate.js';

/**
 * A convolution of what a batch norm gives, as one of what the batch norm is given: a factor and a shift a channel can as
 * well be the weights', of which there are fewer, as long as no padding comes between. So neither the normalised picture
 * nor the gradient to it is made. Then as any other convolution.
 */
export const normalisedConv =
  (convolution: Substitute): Substitute =>
  (node, inputs, instead) => {
    const [x, weight, bias] = inputs as [Value, Value, Value | undefined];
    const norm = x.producer;
    const { groups, padBefore, padAfter } = geometryOf(node.attributes, weight.shape.slice(2));
    const padded = [...padBefore, ...padAfter].some((by) => by !== 0);
    if (norm?.operator !== 'BatchNormalization' || x !== norm.outputs[0] || groups !== 1 || padded) {
      return convolution(node, inputs, instead);
    }
    const wide = (value: Value) => reshape(value, [1, value.shape[0]!, 1, 1]);
    const { factor, shift } = channelMap(norm);
    const shifted = reduceSum(mul(weight, wide(shift)), [1, 2, 3]);
    const folded = [norm.inputs[0], mul(weight, wide(factor)), bias ? add(bias, shifted) : shifted];
    return convolution(node, folded, instead);
  };
