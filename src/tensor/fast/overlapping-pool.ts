import { floatOf, intsOf } from '../attributes.js';
import { gradientsThrough } from '../gradient.js';
import type { Node, Value } from '../graph.js';
import { applyAll } from '../operator.js';
import { relu } from '../ops/activation.js';
import { batchNorm } from '../ops/batch-norm.js';
import type { ConvGeometry } from '../ops/conv.js';
import { geometryOf } from '../ops/conv.js';
import { max } from '../ops/extreme.js';
import { concat, pad, reshape } from '../ops/shape.js';
import { split } from '../ops/split.js';
import type { Substitute } from './accelerate.js';
import { convolved } from './fast-conv.js';
import { type Normalised, normalisedByPatches, suitsPatches } from './normalised-by-patches.js';

/**
 * A convolution of stride 1, batch norm, Relu and max pooling of 3×3 windows two apart, as a ResNet begins: the convolution
 * leaves even and odd rows and columns apart, as four convolutions of stride 2 would, and the largest of a window is the
 * largest of whole tensors. That spares the pooling with its indices and the scattering of its gradient.
 */
export const overlappingPool =
  (block: number | undefined): Substitute =>
  (pool, [rectified], instead) => {
    const found = normalisedConvBefore(pool, rectified!);
    if (!found) return undefined;
    const { x, weight, bias, geometry, norm } = found;
    const out = weight.shape[0]!;
    const [h, w] = rectified!.shape.slice(2).map((extent) => extent / 2) as [number, number];

    // Of each picture first the even columns, then the odd ones; of these first the even rows, then the odd ones.
    const phases = [0, 1].flatMap((column) => [0, 1].map((row) => [row, column] as const));
    const weights = phases.map(([row, column]) => pad(weight, [0, 0, row, column], [0, 0, 1 - row, 1 - column]));
    const biases = bias && concat([bias, bias, bias, bias], 0);
    const [kh, kw] = geometry.kernel;
    const apart: ConvGeometry = { ...geometry, kernel: [kh + 1, kw + 1], stride: [2, 2] };
    const y = convolved(x, concat(weights as [Value, ...Value[]], 0), biases, apart, block);

    // The numbers that are normalised together are the same. (No shape tells n, see compileTrainingStep.)
    const picture = reshape(y, [-1, out, h, w]);
    const { normalised, again } = suitsPatches(found)
      ? normalisedByPatches(found, y, picture, instead)
      : normalisedAsItIs(norm, picture, instead);

    const pooled = (pixels: Value) => {
      const byColumns = largestOf(reshape(pixels, [-1, 2, 2, out, h, w]), 1, 5);
      return reshape(largestOf(byColumns, 2, 4), [-1, out, h, w]);
    };
    const largest = pooled(normalised);
    y.graph.detours.set(largest, {
      inputs: [normalised],
      // What was the largest is found out anew, from what has to be kept anyway: the rest is two and a half times as much.
      gradient: (dy) => {
        const anew = again();
        return gradientsThrough(pooled(anew), dy, [anew]);
      },
    });
    return [relu(largest)];
  };

function normalisedAsItIs(norm: Node, picture: Value, instead: Map<Value, Value>): Normalised {
  const inputs = [picture, ...norm.inputs.slice(1)];
  const normalised = applyAll(picture.graph, norm.operator, inputs, norm.attributes, { outputs: norm.outputs.length });
  for (const [i, statistic] of norm.outputs.entries()) if (i > 0) instead.set(statistic, normalised[i]!);
  const [gamma, beta, ...given] = norm.inputs.slice(1) as [Value, Value, Value, Value];
  const [mean, variance] = (normalised.length > 1 ? normalised.slice(1) : given) as [Value, Value];
  const settings = { training: false, epsilon: floatOf(norm.attributes, 'epsilon', 1e-5) };
  const again = () => batchNorm(picture, { gamma, beta, mean, variance }, settings);
  return { normalised: normalised[0]!, again };
}

/** What this pooling pools, where it is the rectified, normalised convolution that is meant, of even height and width. */
function normalisedConvBefore(pool: Node, rectified: Value) {
  const { kernel, stride, padBefore, padAfter, dilation } = geometryOf(
    pool.attributes,
    intsOf(pool.attributes, 'kernel_shape', []),
  );
  const [height, width] = rectified.shape.slice(2) as [number, number];
  // The last window ends at the last row or before a padded one, which makes no difference.
  const meant =
    kernel.every((extent) => extent === 3) &&
    stride.every((by) => by === 2) &&
    padBefore.every((by) => by === 1) &&
    padAfter.every((by) => by <= 1) &&
    dilation.every((by) => by === 1) &&
    !pool.attributes.ceil_mode &&
    height % 2 === 0 &&
    width % 2 === 0;
  const norm = rectified.producer?.operator === 'Relu' ? rectified.producer.inputs[0]!.producer : undefined;
  const conv = pool.inputs[0]!.producer?.inputs[0]?.producer?.inputs[0]?.producer;
  if (!meant || norm?.operator !== 'BatchNormalization' || conv?.operator !== 'Conv') return undefined;
  const inputs = norm.inputs[0]!.graph.detours.get(norm.inputs[0]!)?.inputs;
  if (!inputs) return undefined;
  const [x, weight, bias] = inputs as [Value, Value, Value | undefined];
  const geometry = geometryOf(conv.attributes, weight.shape.slice(2));
  const { groups } = geometry;
  const plain = groups === 1 && [...geometry.stride, ...geometry.dilation].every((by) => by === 1);
  return plain ? { x, weight, bias, geometry, norm } : undefined;
}

/**
 * The largest of three side by side along an axis, the middle one of each three being an even one: of x, whose even and odd
 * ones stand apart along another axis, of which one is left.
 */
function largestOf(x: Value, apart: number, along: number): Value {
  const [even, odd] = split(x, [1, 1], apart) as [Value, Value];
  const none = x.shape.map(() => 0);
  const shift = (by: number) => none.map((_, axis) => (axis === along ? by : 0));
  // Where some are equal the first takes the gradient, as where one pools.
  return max(max(pad(odd, shift(1), shift(-1), Number.NEGATIVE_INFINITY), even), odd);
}
