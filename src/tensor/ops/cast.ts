import { intOf } from '../attributes.js';
import type { Value } from '../graph.js';
import { dataTypes, elementTypeOf } from '../onnx/element-types.js';
import { apply, defineOperator } from '../operator.js';
import type { ElementType } from '../types.js';

/** The same numbers as another type. */
export const cast = (x: Value, type: ElementType): Value =>
  x.type === type ? x : apply('Cast', [x], { to: dataTypes[type] });

defineOperator('Cast', {
  infer: ([x], attributes) => [{ type: elementTypeOf(intOf(attributes, 'to', 0), x!.name), shape: x!.shape }],
  gradient: ({ inputs: [x] }, [dy]) => [cast(dy!, x!.type)],
});
