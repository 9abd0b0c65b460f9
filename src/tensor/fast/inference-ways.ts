import type { Node, Value } from '../graph.js';
import { apply } from '../operator.js';
import { relu } from '../ops/activation.js';
import { add } from '../ops/arithmetic.js';
import { geometryOf } from '../ops/conv.js';
import { reshape } from '../ops/shape.js';
import { sameShape } from '../types.js';
import { blockedWeight, convolve, domain, fills, readable, rectified } from './blocked.js';
import { rowWindows, suitsTiles, tileFor } from './fast-conv.js';
import { asBlocked, asLines, asUsual, isBlocked, type Picture } from './picture.js';
import { winogradKernels, winogradProduct } from './winograd-conv.js';
import { convolveRows, rowKernels, type Windows } from './winograd-rows.js';

/** As many pictures go at once, for what depends on it. */
const batch = 8;

/** Below so many channels ONNX Runtime's own convolution of constant weights is faster than by tiles. */
const fewestByTiles = 128;

/** How a convolution goes by Winograd's method: in these windows of rows, by tiles, or undefined: not at all. */
export function winogradOf(
  { inputs: [, weight], outputs: [y], attributes }: Node,
  block: number | undefined,
): Windows | 'tiles' | undefined {
  const { shape } = weight!;
  const geometry = geometryOf(attributes, shape.slice(2));
  if (geometry.groups !== 1) return undefined;
  const [h, w] = y!.shape.slice(2) as [number, number];
  const byTiles = suitsTiles(weight!, geometry, fewestByTiles) ? 'tiles' : undefined;
  return rowWindows(shape, geometry, [batch, h, w], block) ?? byTiles;
}

/** What is known of a model in inference form. */
interface Context {
  /** Channels of a block of the blocked layout. */
  readonly block: number | undefined;
  /** What is made of a weight of the model, once, when it is opened. */
  readonly prepared: (weight: Value, make: (weight: Value) => Value) => Value;
  /** Whether nothing but one node reads a value. */
  readonly isReadOnce: (value: Value) => boolean;
}

/** How a node is computed faster than as it is, in the usual layout; undefined where it is not. */
export const fastWay = (node: Node, inputs: readonly (Picture | undefined)[], context: Context): Picture | undefined =>
  ways[node.operator]?.(node, inputs as readonly [Picture, ...(Picture | undefined)[]], context);

type Way = (
  node: Node,
  inputs: readonly [Picture, ...(Picture | undefined)[]],
  context: Context,
) => Picture | undefined;

const ways: Readonly<Record<string, Way>> = {
  Conv(node, [x, , bias], { block, prepared }) {
    const weight = node.inputs[1]!;
    const geometry = geometryOf(node.attributes, weight.shape.slice(2));
    const shift = bias && asUsual(bias);
    const method = winogradOf(node, block);
    const { padBefore, padAfter } = geometry;
    const extent = node.outputs[0]!.shape.slice(2) as [number, number];
    if (method === 'tiles') {
      const tile = tileFor(extent);
      const kernels = prepared(weight, (value) => winogradKernels(value, tile));
      const y = winogradProduct(asUsual(x), kernels, { pad: padBefore, extent, tile });
      return { usual: shift ? add(y, reshape(shift, [shift.shape[0]!, 1, 1])) : y };
    }
    if (method && block) {
      const way = { top: padBefore[0], sides: [padBefore[1], padAfter[1]], bias: shift } as const;
      const kernels = prepared(weight, (value) => rowKernels(value, method, block));
      return { lines: { ...convolveRows(asLines(x, block), kernels, method, way), height: extent[0] } };
    }
    const [out, channels] = weight.shape as [number, number];
    if (!block || geometry.groups !== 1 || !fills(out, block) || !readable(channels, block)) return undefined;
    const seen = fills(channels, block) ? asBlocked(x) : asUsual(x);
    const kernels = prepared(weight, (value) => blockedWeight(value, block));
    return { blocked: convolve(seen, kernels, shift, geometry) };
  },
  Relu({ inputs: [before] }, [x], { isReadOnce }) {
    const { blocked, lines } = x;
    if (lines) return { lines: { ...lines, value: relu(lines.value) } };
    const conv = blocked?.producer;
    if (conv?.operator === 'Conv' && isReadOnce(before!)) return { blocked: rectified(conv) };
    return blocked && { blocked: relu(blocked) };
  },
  Add({ inputs: [a, b] }, [x, y]) {
    if (!y || !sameShape(a!.shape, b!.shape) || !isBlocked(x) || !isBlocked(y)) return undefined;
    return { blocked: add(asBlocked(x), asBlocked(y)) };
  },
  MaxPool: pooled,
  GlobalAveragePool: pooled,
};

function pooled({ operator, attributes }: Node, [x]: readonly [Picture, ...unknown[]]): Picture | undefined {
  return isBlocked(x) ? { blocked: apply(operator, [asBlocked(x)], attributes, domain) } : undefined;
}
