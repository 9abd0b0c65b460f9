import { intOf, intsOf, textOf } from '../attributes.js';
import type { Attributes, Graph, Value } from '../graph.js';
import { constant, integers, integersOf, scalar } from '../graph.js';
import { GraphError, showShape } from '../types.js';
import type { StoredAttribute } from './read-attribute.js';

/** A node as a model holds it. */
export interface Call {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, StoredAttribute>>;
  /** How many outputs it has. */
  readonly outputs: number;
}

type Rule = (call: Call, graph: Graph, opset: number) => Call;

/** The same node in the form that operator set 18 gives it. */
export function upgrade(call: Call, graph: Graph, opset: number): Call {
  const rule = call.domain === '' ? rules[call.operator] : undefined;
  return rule ? rule(call, graph, opset) : call;
}

function without(call: Call, ...names: string[]): Call {
  const kept = Object.entries(call.attributes).filter(([name]) => !names.includes(name));
  return { ...call, attributes: Object.fromEntries(kept) };
}

/** Turns attributes that later became inputs into these, in order from input 1; an input that is there already stays. */
const asInputs =
  (...names: string[]): Rule =>
  (call, graph) => {
    const inputs = [...call.inputs];
    for (const [i, name] of names.entries()) {
      const attribute = call.attributes[name];
      if (attribute === undefined) continue;
      while (inputs.length < i + 1) inputs.push(undefined);
      inputs[i + 1] ??= asConstant(graph, attribute, name);
    }
    return without({ ...call, inputs }, ...names);
  };

function asConstant(graph: Graph, attribute: StoredAttribute, name: string): Value {
  if (typeof attribute === 'object') {
    if (Array.isArray(attribute)) return integers(graph, attribute);
    if ('float' in attribute) return scalar(graph, attribute.float);
    if ('floats' in attribute) return constant(graph, Float32Array.from(attribute.floats), [attribute.floats.length]);
  }
  throw new GraphError(`attribute ${name} is of an unexpected kind`);
}

/** Replaces `auto_pad` by the padding that it stands for. */
const explicitPads: Rule = (call, _, opset) => {
  const attributes = call.attributes as Attributes;
  const mode = textOf(attributes, 'auto_pad', 'NOTSET');
  let rest = without(call, 'auto_pad');
  if (call.operator === 'AveragePool' && opset > 18) {
    if (intsOf(attributes, 'dilations', []).some((dilation) => dilation !== 1)) {
      throw new GraphError('dilated windows are not known');
    }
    rest = without(rest, 'dilations');
  }
  if (mode === 'NOTSET') return rest;
  if (mode === 'VALID') return without(rest, 'pads');
  if (call.operator === 'ConvTranspose') throw new GraphError(`auto_pad ${mode} is not known`);
  const [x, weight] = call.inputs;
  const kernel = intsOf(attributes, 'kernel_shape', weight?.shape.slice(2) ?? []);
  const strides = intsOf(
    attributes,
    'strides',
    kernel.map(() => 1),
  );
  const dilations = intsOf(
    attributes,
    'dilations',
    kernel.map(() => 1),
  );
  const totals = kernel.map((extent, i) => {
    const size = x!.shape[2 + i]!;
    const reach = (Math.ceil(size / strides[i]!) - 1) * strides[i]! + dilations[i]! * (extent - 1) + 1;
    return Math.max(0, reach - size);
  });
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total) => Math.ceil(total / 2));
  const pads = mode === 'SAME_LOWER' ? [...more, ...less] : [...less, ...more];
  return { ...rest, attributes: { ...rest.attributes, pads } };
};

const convTranspose: Rule = (call, graph, opset) => {
  if ('output_shape' in call.attributes) throw new GraphError('the attribute output_shape is not known');
  return explicitPads(call, graph, opset);
};

const batchNormalization: Rule = (call) => {
  const training = intOf(call.attributes as Attributes, 'training_mode', 0) === 1;
  return { ...without(call, 'spatial', 'is_test', 'consumed_inputs'), outputs: training ? 3 : 1 };
};

/** Before operator set 13 it ran over all axes from this one on. */
const softmax: Rule = (call, _, opset) => {
  if (opset >= 13) return call;
  const { shape } = call.inputs[0]!;
  const given = intOf(call.attributes as Attributes, 'axis', 1);
  const axis = given < 0 ? given + shape.length : given;
  if (!shape.slice(axis + 1).every((extent) => extent === 1)) {
    throw new GraphError(`in operator set ${opset} it is over all axes from ${axis} on of ${showShape(shape)}`);
  }
  return { ...call, attributes: { axis } };
};

const split: Rule = (call, graph, opset) => {
  const given = asInputs('split')(call, graph, opset);
  if (given.inputs[1] || 'num_outputs' in given.attributes) return given;
  return { ...given, attributes: { ...given.attributes, num_outputs: call.outputs } };
};

/** Padding of some axes only, as operator set 18 allows it, becomes padding of all. */
const pad: Rule = (call, graph, opset) => {
  const given = asInputs('pads', 'value')(call, graph, opset);
  const [x, pads, value, axes] = given.inputs;
  if (!axes) return given;
  const rank = x!.shape.length;
  const by = integersOf(pads!, 'Pad');
  const full = Array<number>(2 * rank).fill(0);
  for (const [i, axis] of integersOf(axes, 'Pad').entries()) {
    const at = axis < 0 ? axis + rank : axis;
    full[at] = by[i]!;
    full[at + rank] = by[i + axes.shape[0]!]!;
  }
  return { ...given, inputs: [x, integers(graph, full), value] };
};

const old = { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };

const upsample: Rule = (call, graph, opset) => {
  const [x, scales] = asInputs('scales')(call, graph, opset).inputs;
  const attributes = { mode: textOf(call.attributes as Attributes, 'mode', 'nearest'), ...old };
  return { ...call, operator: 'Resize', inputs: [x, undefined, scales], attributes };
};

const resize: Rule = (call, _, opset) => {
  const { attributes } = call;
  if (opset < 11)
    return { ...call, inputs: [call.inputs[0], undefined, call.inputs[1]], attributes: { ...attributes, ...old } };
  if ((attributes.keep_aspect_ratio_policy ?? 'stretch') !== 'stretch') {
    throw new GraphError(`keep_aspect_ratio_policy ${attributes.keep_aspect_ratio_policy} is not known`);
  }
  const [x, roi, scales, sizes] = call.inputs;
  const crops = attributes.coordinate_transformation_mode === 'tf_crop_and_resize';
  // Before operator set 13 an input left out was an empty tensor.
  const filled = (value: Value | undefined) => (value?.shape[0] === 0 ? undefined : value);
  const inputs = [x, crops ? roi : undefined, filled(scales), filled(sizes)];
  return { ...call, inputs: filled(sizes) ? inputs : inputs.slice(0, 3) };
};

const rules: Readonly<Record<string, Rule>> = {
  AveragePool: explicitPads,
  BatchNormalization: batchNormalization,
  Cast: (call) => without(call, 'saturate'),
  Clip: asInputs('min', 'max'),
  Conv: explicitPads,
  ConvTranspose: convTranspose,
  Dropout: (call) => ({ ...without(call, 'ratio', 'is_test'), inputs: call.inputs.slice(0, 1), outputs: 1 }),
  LogSoftmax: softmax,
  MaxPool: explicitPads,
  Pad: pad,
  ReduceMax: asInputs('axes'),
  ReduceMean: asInputs('axes'),
  ReduceMin: asInputs('axes'),
  ReduceSum: asInputs('axes'),
  Resize: resize,
  Slice: asInputs('starts', 'ends', 'axes'),
  Softmax: softmax,
  Split: split,
  Squeeze: asInputs('axes'),
  Unsqueeze: asInputs('axes'),
  Upsample: upsample,
};

/** The oldest operator set that is read: before it broadcasting was told by attributes. */
export const oldestOpset = 7;
