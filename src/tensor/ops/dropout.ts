import type { Random } from '../../random.js';
import type { Value } from '../graph.js';
import { input } from '../graph.js';
import { defineOperator } from '../operator.js';
import type { Shape } from '../types.js';
import { GraphError, sizeOf } from '../types.js';
import { mul, scale } from './arithmetic.js';

/**
 * In training x · mask / (1 - rate), where the mask, of x's shape, is an input of the graph (noted in `graph.dropouts`)
 * that each step feeds from {@link dropoutMask}; in inference x itself.
 * Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
 * @param rate the share of elements set to 0, in [0, 1)
 */
export function dropout(x: Value, rate: number, { training }: { readonly training: boolean }): Value {
  if (!(rate >= 0 && rate < 1)) throw new GraphError(`dropout: the rate must be in [0, 1), not ${rate}`);
  if (!training || rate === 0) return x;
  const mask = input(x.graph, 'dropout_mask', x.shape);
  x.graph.dropouts.push({ mask, rate });
  return mul(x, scale(mask, 1 / (1 - rate)));
}

/** A fresh mask: 0 with probability `rate`, else 1. */
export function dropoutMask(random: Random, shape: Shape, rate: number): Float32Array {
  const mask = new Float32Array(sizeOf(shape));
  for (let i = 0; i < mask.length; i++) mask[i] = random.uniform() < rate ? 0 : 1;
  return mask;
}

// The operator of a loaded model, in inference form: training here goes by masks.
defineOperator('Dropout', { infer: ([x]) => [x!], gradient: (_, [dy]) => [dy] });
