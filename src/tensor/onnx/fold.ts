import { intOf } from '../attributes.js';
import type { Attributes } from '../graph.js';
import { integersOf } from '../graph.js';
import type { Shape } from '../types.js';
import type { Call } from './upgrade.js';

interface Integers {
  readonly elements: number[];
  readonly shape: Shape;
}

/**
 * What a node of integers comes to where all of its inputs are known. Exported models compute the shapes of their
 * reshapes and resizes so; with static shapes nothing is left to compute. `undefined`: the node is to stay.
 */
export function fold(call: Call): Integers | undefined {
  const attributes = call.attributes as Attributes;
  const [first] = call.inputs;
  if (!first || call.domain !== '') return undefined;
  if (call.operator === 'Shape') {
    const elements = first.shape.slice(intOf(attributes, 'start', 0), intOf(attributes, 'end', first.shape.length));
    return { elements: [...elements], shape: [elements.length] };
  }
  const known = call.inputs.every((value) => value?.data && value.shape.length <= 1 && /^int/.test(value.type));
  if (!known) return undefined;
  const lists = call.inputs.map((value) => integersOf(value!, call.operator));
  const [a, b] = lists as [number[], number[]];
  switch (call.operator) {
    case 'Concat':
      return vector(lists.flat());
    case 'Gather': {
      const elements = b.map((at) => a[at < 0 ? at + a.length : at] ?? Number.NaN);
      return { elements, shape: call.inputs[1]!.shape };
    }
    case 'Unsqueeze':
      return first.shape.length === 0 ? vector(a) : undefined;
    case 'Squeeze':
      return a.length === 1 ? { elements: a, shape: [] } : undefined;
    case 'Slice':
      return slice(lists);
    case 'Cast':
    case 'Identity':
      return /^(6|7)$/.test(String(attributes.to ?? 7)) ? { elements: a, shape: first.shape } : undefined;
    case 'Add':
      return pairwise(call, a, b, (x, y) => x + y);
    case 'Sub':
      return pairwise(call, a, b, (x, y) => x - y);
    case 'Mul':
      return pairwise(call, a, b, (x, y) => x * y);
    case 'Div':
      return pairwise(call, a, b, (x, y) => Math.trunc(x / y));
    default:
      return undefined;
  }
}

const vector = (elements: number[]): Integers => ({ elements, shape: [elements.length] });

function slice([x, starts, ends, , steps]: number[][]): Integers | undefined {
  return (steps?.[0] ?? 1) === 1 ? vector(x!.slice(starts![0], ends![0])) : undefined;
}

function pairwise({ inputs }: Call, a: number[], b: number[], by: (x: number, y: number) => number): Integers {
  const longer = inputs[0]!.shape.length >= inputs[1]!.shape.length && a.length >= b.length ? inputs[0]! : inputs[1]!;
  const elements = Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
    by(a[a.length === 1 ? 0 : i]!, b[b.length === 1 ? 0 : i]!),
  );
  return { elements, shape: longer.shape };
}
