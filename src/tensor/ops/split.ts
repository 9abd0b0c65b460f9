import { intOf } from '../attributes.js';
import type { Attributes, Value } from '../graph.js';
import { integers, integersOf, scalar } from '../graph.js';
import { applyAll, defineOperator } from '../operator.js';
import { GraphError, showShape } from '../types.js';
import { concat, expand } from './shape.js';

/** Cuts x along an axis into parts of these extents. */
export const split = (x: Value, extents: readonly number[], axis: number): Value[] =>
  applyAll(x.graph, 'Split', [x, integers(x.graph, extents)], { axis }, { outputs: extents.length });

function axisOf(x: Value, attributes: Attributes): number {
  const given = intOf(attributes, 'axis', 0);
  return given < 0 ? given + x.shape.length : given;
}

defineOperator('Split', {
  infer: ([x, extents], attributes, outputs) => {
    const axis = axisOf(x!, attributes);
    const extent = x!.shape[axis] ?? 0;
    const each = Math.ceil(extent / outputs);
    const parts = extents
      ? integersOf(extents, 'Split')
      : Array.from({ length: outputs }, (_, i) => Math.min(each, extent - i * each));
    const total = parts.reduce((sum, part) => sum + part, 0);
    if (parts.length !== outputs || total !== extent || !parts.every((part) => part > 0)) {
      throw new GraphError(
        `Split: axis ${axis} of ${showShape(x!.shape)} cannot be cut into ${outputs} parts ${showShape(parts)}`,
      );
    }
    return parts.map((part) => ({ type: x!.type, shape: x!.shape.map((old, i) => (i === axis ? part : old)) }));
  },
  gradient: ({ inputs: [x], outputs, attributes }, upstream) => {
    const zeros = (value: Value) =>
      expand(
        scalar(
          value.graph,
          0,
          value.shape.map(() => 1),
        ),
        value.shape,
      );
    const parts = outputs.map((output, i) => upstream[i] ?? zeros(output));
    return [concat(parts as [Value, ...Value[]], axisOf(x!, attributes))];
  },
});
