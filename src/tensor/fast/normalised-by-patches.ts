import { floatOf } from '../attributes.js';
import { gradientsThrough } from '../gradient.js';
import { constant, type Node, type Value } from '../graph.js';
import { apply } from '../operator.js';
import { add, mul, neg, scale, sub } from '../ops/arithmetic.js';
import { batchNorm, channelMapped, statisticsOf } from '../ops/batch-norm.js';
import { attributesOf, type ConvGeometry } from '../ops/conv.js';
import { matmul } from '../ops/matmul.js';
import { reduceSum } from '../ops/reduce.js';
import { reshape } from '../ops/shape.js';
import { sizeOf } from '../types.js';

/** A convolution and the batch norm behind it. */
interface NormalisedConv {
  readonly x: Value;
  readonly weight: Value;
  readonly bias: Value | undefined;
  readonly geometry: ConvGeometry;
  readonly norm: Node;
}

export interface Normalised {
  readonly normalised: Value;
  /** The same, computed once more. */
  readonly again: () => Value;
}

/** So few taps that their covariance costs little. */
const fewTaps = 32;

/** Whether the norm is by the batch's own statistics, and the convolution one of the network's input by small kernels. */
export const suitsPatches = ({ x, weight, norm }: NormalisedConv): boolean =>
  norm.outputs.length > 1 && x.graph.inputs.includes(x) && sizeOf(weight.shape.slice(1)) <= fewTaps;

/**
 * A convolution's result, normalised by statistics that come from patches of x, so that neither it nor its gradient has to be
 * gone over for them. Gradients come from that to the weight, w, as if there were no more than the convolution: with dn for
 * the gradient to what is normalised, Σ dn·(w ⋆ x) = Σ w·(Σ dn·patch).
 * @param y the convolution's result, in whatever order
 * @param picture the same as [n, out, h, w]
 * @param instead is told what the norm's statistics are now
 */
export function normalisedByPatches(
  { x, weight, bias, geometry, norm }: NormalisedConv,
  y: Value,
  picture: Value,
  instead: Map<Value, Value>,
): Normalised {
  const { graph } = x;
  const [gamma, beta] = norm.inputs.slice(1) as [Value, Value];
  const { mean, variance } = patchStatistics(x, weight, bias, geometry);
  instead.set(norm.outputs[1]!, mean);
  instead.set(norm.outputs[2]!, variance);
  const epsilon = floatOf(norm.attributes, 'epsilon', 1e-5);
  const normalised = batchNorm(picture, { gamma, beta, mean, variance }, { training: false, epsilon });
  const { inverse } = statisticsOf(normalised.producer!);
  const factor = mul(gamma, inverse);
  graph.detours.set(normalised, {
    inputs: [weight, bias, gamma, beta, mean, variance],
    gradient: (dn) => {
      const [ofWeight] = gradientsThrough(y, reshape(dn, y.shape), [weight]) as [Value];
      const sum = reduceSum(dn, [0, 2, 3]);
      const middle = bias ? sub(bias, mean) : neg(mean);
      const ofGamma = mul(inverse, add(reduceSum(mul(ofWeight, weight), [1, 2, 3]), mul(middle, sum)));
      const passed = mul(factor, sum);
      return [
        mul(ofWeight, reshape(factor, [factor.shape[0]!, 1, 1, 1])),
        passed,
        ofGamma,
        sum,
        neg(passed),
        scale(mul(mul(factor, inverse), ofGamma), -0.5),
      ];
    },
  });
  // Written otherwise, for the runtime computes equal nodes once, and keeps the result till then.
  return { normalised, again: () => channelMapped(picture, factor, sub(beta, mul(mean, factor))) };
}

/** Mean and biased variance of each channel of a convolution's result, by mean and covariance of what its taps look at. */
function patchStatistics(x: Value, weight: Value, bias: Value | undefined, geometry: ConvGeometry) {
  const [out, channels, kh, kw] = weight.shape as [number, number, number, number];
  const taps = channels * kh * kw;
  const each = Float32Array.from({ length: taps * taps }, (_, i) => Number(i % (taps + 1) === 0));
  const seen = apply('Conv', [x, constant(x.graph, each, [taps, channels, kh, kw])], attributesOf(geometry));
  const [n, , h, w] = seen.shape as [number, number, number, number];
  const share = 1 / (n * h * w);
  const patches = reshape(seen, [-1, taps, h * w]);
  const centre = scale(reduceSum(patches, [0, 2]), share);
  // From the centre, beside which what is left may be small.
  const off = sub(patches, reshape(centre, [1, taps, 1]));
  const covariance = scale(reduceSum(matmul(off, off, { transB: true }), [0]), share);

  const kernels = reshape(weight, [out, taps]);
  const middle = reduceSum(mul(kernels, reshape(centre, [1, taps])), [1]);
  const variance = reduceSum(mul(matmul(kernels, covariance), kernels), [1]);
  return { mean: bias ? add(middle, bias) : middle, variance };
}
