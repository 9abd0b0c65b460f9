import { intOf } from '../attributes.js';
import type { Node, Value } from '../graph.js';
import { scalar } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { GraphError, showShape, sizeOf } from '../types.js';
import { expand, reshape } from './shape.js';

/** The slices of x at the indices (an int64 value of any shape) along an axis, which the indices' axes replace. */
export const gather = (x: Value, indices: Value, axis: number): Value => apply('Gather', [x, indices], { axis });

function axisOf(x: Value, attributes: Node['attributes']): number {
  const given = intOf(attributes, 'axis', 0);
  const axis = given < 0 ? given + x.shape.length : given;
  if (x.shape[axis] === undefined) throw new GraphError(`Gather: there is no axis ${given} in ${showShape(x.shape)}`);
  return axis;
}

defineOperator('Gather', {
  infer: ([x, indices], attributes) => {
    const axis = axisOf(x!, attributes);
    return [{ type: x!.type, shape: [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)] }];
  },
  gradient: ({ inputs: [x, indices], attributes }, [dy]) => {
    const { graph, shape } = x!;
    const axis = axisOf(x!, attributes);
    const count = sizeOf(indices!.shape);
    const flat = shape.map((extent, i) => (i === axis ? count : extent));
    const column = reshape(
      indices!,
      shape.map((_, i) => (i === axis ? count : 1)),
    );
    const zeros = expand(
      scalar(
        graph,
        0,
        shape.map(() => 1),
      ),
      shape,
    );
    const sums = apply('ScatterElements', [zeros, expand(column, flat), reshape(dy!, flat)], {
      axis,
      reduction: 'add',
    });
    return [sums];
  },
});
