import type { Value } from '../graph.js';
import { integers, integersOf } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { GraphError, showShape } from '../types.js';
import { reshape } from './shape.js';

/** Drops axes of extent 1. */
export const squeeze = (x: Value, axes: readonly number[]): Value => apply('Squeeze', [x, integers(x.graph, axes)]);
/** Puts in axes of extent 1, at these places in the result. */
export const unsqueeze = (x: Value, axes: readonly number[]): Value => apply('Unsqueeze', [x, integers(x.graph, axes)]);

const places = (axes: Value, rank: number, operator: string) =>
  integersOf(axes, operator).map((axis) => (axis < 0 ? axis + rank : axis));

defineOperator('Squeeze', {
  infer: ([x, axes]) => {
    const { shape, type } = x!;
    const dropped = axes
      ? places(axes, shape.length, 'Squeeze')
      : shape.map((_, axis) => axis).filter((axis) => shape[axis] === 1);
    if (!dropped.every((axis) => shape[axis] === 1)) {
      throw new GraphError(`Squeeze: axes ${showShape(dropped)} of ${showShape(shape)} are not all of extent 1`);
    }
    return [{ type, shape: shape.filter((_, axis) => !dropped.includes(axis)) }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy!, x!.shape)],
});

defineOperator('Unsqueeze', {
  infer: ([x, axes]) => {
    const rank = x!.shape.length + axes!.shape[0]!;
    const added = places(axes!, rank, 'Unsqueeze');
    if (new Set(added).size !== added.length || !added.every((axis) => axis >= 0 && axis < rank)) {
      throw new GraphError(`Unsqueeze: axes ${showShape(added)} do not fit ${showShape(x!.shape)}`);
    }
    const old = [...x!.shape];
    const shape = Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : old.shift()!));
    return [{ type: x!.type, shape }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy!, x!.shape)],
});
