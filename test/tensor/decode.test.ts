import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { randomFor } from '../../src/random.js';
import { gradients } from '../../src/tensor/gradient.js';
import type { Value } from '../../src/tensor/graph.js';
import { createGraph, input } from '../../src/tensor/graph.js';
import { mse } from '../../src/tensor/losses.js';
import type { DecodedModel, DecodeOptions } from '../../src/tensor/onnx/decode.js';
import { decodeModel } from '../../src/tensor/onnx/decode.js';
import type { EncodeOptions } from '../../src/tensor/onnx/encode.js';
import { encodeModel } from '../../src/tensor/onnx/encode.js';
import { add, neg, reduceSum, scale } from '../../src/tensor/ops/index.js';
import { compileTrainingStep } from '../../src/tensor/training-step.js';
import type { TensorData } from '../../src/tensor/types.js';
import { sizeOf } from '../../src/tensor/types.js';
import type { FixtureTensor } from './fixtures.js';
import { fixtures, floats } from './fixtures.js';
import { expectClose } from './numbers.js';
import type { ModelText } from './onnx-models.js';
import { floatTensor, intTensor, modelOf } from './onnx-models.js';
import type { TinyNet } from './tinynets.js';
import { buildTinyNet } from './tinynets.js';

const oneThread = { intraOpNumThreads: 1 };

/** Every output of a model for inputs drawn by their names. */
async function run(bytes: Uint8Array, inputs: readonly Pick<Value, 'name' | 'shape'>[]): Promise<ort.Tensor[]> {
  const session = await ort.InferenceSession.create(bytes, { ...oneThread, logSeverityLevel: 3 });
  const feeds = inputs.map(({ name, shape }) => {
    const random = randomFor(1, name);
    const data = Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
    return [name, new ort.Tensor('float32', data, shape)];
  });
  const results = await session.run(Object.fromEntries(feeds));
  const outputs = session.outputNames.map((name) => results[name]!);
  await session.release();
  return outputs;
}

function encodeAgain({ outputs, weights, metadata }: DecodedModel, options: EncodeOptions = {}): Uint8Array {
  const outputNames = outputs.map(({ name }) => name);
  return encodeModel(
    outputs.map(({ value }) => value),
    { weights, metadata, outputNames, ...options },
  ).bytes;
}

/** Decoded and encoded again, a model must compute the same. */
async function expectSame(bytes: Uint8Array, options: DecodeOptions = {}): Promise<DecodedModel> {
  const model = decodeModel(bytes, options);
  const before = await run(bytes, model.inputs);
  const after = await run(encodeAgain(model), model.inputs);
  for (const [i, tensor] of before.entries()) {
    expect(after[i]!.dims).toEqual(tensor.dims);
    expect(model.outputs[i]!.value.shape).toEqual(tensor.dims);
    expectClose(after[i]!.data as Float32Array, tensor.data as Float32Array, 1e-6);
  }
  return model;
}

/** A tiny network of the fixtures in inference form, with its weights. */
function tinyModel(net: TinyNet, freeBatch?: string): Uint8Array {
  const { graph, output } = buildTinyNet(net, false);
  const weights = new Map<Value, TensorData>();
  for (const value of [...graph.parameters, ...graph.buffers]) {
    weights.set(value, floats(net.state_final[value.name] as FixtureTensor));
  }
  const shifted = add(scale(output, 0.5), scale(output, 0.25));
  return encodeModel([shifted], {
    weights,
    outputNames: ['points'],
    metadata: { recipe: 'nose', licence: 'for research only: “yes”' },
    ...(freeBatch ? { freeBatch } : {}),
  }).bytes;
}

const nets = fixtures<TinyNet>('tinynets');

describe('the file', () => {
  it('ends with the nodes that no other needs, the last first', () => {
    const graph = createGraph();
    const hidden = neg(input(graph, 'x', [2]));
    const outputs = [scale(hidden, 2), add(hidden, hidden)];
    const { graph: read } = decodeModel(encodeModel(outputs).bytes);
    expect(read.nodes.map(({ operator }) => operator)).toEqual(['Neg', 'Add', 'Mul']);
  });
});

describe('a model of this engine', () => {
  it.each(nets)('$name comes back byte for byte', async (net) => {
    const bytes = tinyModel(net);
    expect(Buffer.from(encodeAgain(decodeModel(bytes))).equals(Buffer.from(bytes))).toBe(true);
    await expectSame(bytes);
  });

  it('is read from a Buffer as from other bytes, wherever in memory it stands', () => {
    for (const net of nets) {
      const bytes = tinyModel(net);
      const among = Buffer.concat([Buffer.alloc(7, 1), bytes]).subarray(7);
      for (const buffer of [Buffer.from(bytes), among]) {
        expect(Buffer.from(encodeAgain(decodeModel(buffer))).equals(bytes)).toBe(true);
      }
    }
  });

  it('keeps its parameters, buffers, constants and metadata apart', () => {
    const net = nets[2]!;
    const { graph, weights, metadata, inputs, outputs } = decodeModel(tinyModel(net));
    const original = buildTinyNet(net, false).graph;
    const names = (values: readonly Value[]) => values.map(({ name }) => name).sort();
    expect(names(graph.parameters)).toEqual(names(original.parameters));
    expect(names(graph.buffers)).toEqual(names(original.buffers));
    expect([...weights.keys()].every((value) => weights.get(value)!.length === sizeOf(value.shape))).toBe(true);
    expect(metadata).toEqual({ recipe: 'nose', licence: 'for research only: “yes”' });
    expect(inputs.map(({ name, shape }) => [name, shape])).toEqual([['x', net.x.shape]]);
    expect(outputs.map(({ name, value }) => [name, value.shape])).toEqual([['points', net.target.shape]]);
  });

  it('takes the batch that is asked for where the model leaves it free', async () => {
    const net = nets[0]!;
    const bytes = tinyModel(net, 'n');
    for (const batch of [1, 5]) {
      const model = await expectSame(bytes, { batch });
      expect(model.inputs[0]!.shape).toEqual([batch, ...net.x.shape.slice(1)]);
      expect(model.outputs[0]!.value.shape).toEqual([batch, net.target.shape[1]]);
    }
  });

  it('can be trained on', async () => {
    const net = nets[2]!;
    const { graph, outputs, weights } = decodeModel(tinyModel(net));
    const loss = mse(outputs[0]!.value, input(graph, 'target', net.target.shape));
    const step = await compileTrainingStep(graph, loss, ort, oneThread);
    for (const { tensors } of [step.parameters, step.buffers]) {
      for (const value of [...graph.parameters, ...graph.buffers]) {
        tensors.get(value.name)?.data.set(weights.get(value) as Float32Array);
      }
    }
    const batch = { x: floats(net.x), target: floats(net.target) };
    const first = await step.run(batch);
    // Along the gradient the loss changes by the gradient's square length a unit.
    const length = step.gradients.all.reduce((sum, x) => sum + x * x, 0);
    const gradient = step.gradients.all.slice();
    const start = step.parameters.all.slice();
    const at = async (by: number) => {
      step.parameters.all.set(start.map((x, i) => x + by * gradient[i]!));
      return step.run(batch);
    };
    const distance = 1e-3;
    const slope = ((await at(distance)) - (await at(-distance))) / (2 * distance);
    expect(Math.abs(slope / length - 1)).toBeLessThan(2e-3);
    for (let i = 0; i < 20; i++) {
      await step.run(batch);
      for (let k = 0; k < start.length; k++) step.parameters.all[k]! -= 0.05 * step.gradients.all[k]!;
    }
    expect(await step.run(batch)).toBeLessThan(first / 2);
    await step.release();
  });
});

describe('models of other exporters', () => {
  const weight = floatTensor(
    'w',
    [2, 1, 3, 3],
    [...Array(18).keys()].map((i) => (i - 9) / 10),
  );
  const image = { x: ['n', 1, 7, 6] };
  const oneOf = (opset: number, op: string, attributes: ModelText['nodes'][0]['attributes'] = {}): ModelText => ({
    opset,
    inputs: { x: [2, 3, 6, 5] },
    nodes: [{ op, in: ['x'], out: ['y'], attributes }],
    outputs: ['y'],
  });

  it.each<[string, ModelText]>([
    ['ReduceMean with axes as attribute', oneOf(11, 'ReduceMean', { axes: [2, -1], keepdims: 0 })],
    ['ReduceSum with axes as attribute', oneOf(11, 'ReduceSum', { axes: [1] })],
    ['ReduceMax of all', oneOf(12, 'ReduceMax', { keepdims: 0 })],
    ['Clip with bounds as attributes', oneOf(6 + 1, 'Clip', { min: '0.0', max: '0.5' })],
    ['Clip with an upper bound alone', oneOf(7, 'Clip', { max: '0.5' })],
    ['Unsqueeze and axes as attribute', oneOf(9, 'Unsqueeze', { axes: [0, 5] })],
    ['Pad with attributes', oneOf(9, 'Pad', { pads: [0, 0, 1, 2, 0, 0, 0, 1], value: '1.5' })],
    ['Pad by reflection', oneOf(9, 'Pad', { mode: 'reflect', pads: [0, 0, 1, 2, 0, 0, 0, 1] })],
    ['Slice with attributes', oneOf(9, 'Slice', { starts: [1, 0], ends: [Number.MAX_SAFE_INTEGER, -1], axes: [1, 3] })],
    ['Softmax over the last axis', oneOf(11, 'Softmax', { axis: 3 })],
    ['Dropout', oneOf(9, 'Dropout', { ratio: '0.3' })],
    [
      'AveragePool, same upper',
      oneOf(11, 'AveragePool', { auto_pad: 'SAME_UPPER', kernel_shape: [3, 2], strides: [2, 2] }),
    ],
    ['MaxPool, same lower', oneOf(11, 'MaxPool', { auto_pad: 'SAME_LOWER', kernel_shape: [2, 2], strides: [1, 2] })],
    ['Upsample', oneOf(7, 'Upsample', { mode: 'nearest', scales: { floats: [1, 1, 2, 3] } })],
    ['Upsample linear', oneOf(7, 'Upsample', { mode: 'linear', scales: { floats: [1, 1, 2, 2] } })],
    ['LeakyRelu', oneOf(7, 'LeakyRelu', { alpha: '0.2' })],
    ['HardSigmoid', oneOf(7, 'HardSigmoid', { alpha: '0.25', beta: '0.5' })],
    [
      'Split with an attribute',
      {
        ...oneOf(11, 'Split'),
        nodes: [{ op: 'Split', in: ['x'], out: ['y', 'z'], attributes: { axis: 1, split: [1, 2] } }],
      },
    ],
    [
      'Split in equal parts',
      { ...oneOf(13, 'Split'), nodes: [{ op: 'Split', in: ['x'], out: ['y', 'z'], attributes: { axis: 2 } }] },
    ],
    [
      'Resize of operator set 10',
      {
        ...oneOf(10, 'Resize'),
        nodes: [{ op: 'Resize', in: ['x', 'scales'], out: ['y'], attributes: { mode: 'nearest' } }],
        stored: [floatTensor('scales', [4], [1, 1, 2, 1.5])],
      },
    ],
    [
      'Resize with an empty tensor for the scales',
      {
        ...oneOf(11, 'Resize'),
        nodes: [
          {
            op: 'Resize',
            in: ['x', 'roi', 'scales', 'sizes'],
            out: ['y'],
            attributes: { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' },
          },
        ],
        stored: [floatTensor('roi', [0], []), floatTensor('scales', [0], []), intTensor('sizes', [4], [2, 3, 9, 4])],
      },
    ],
    [
      'a reshape whose shape is computed',
      {
        opset: 9,
        inputs: { x: ['n', 3, 2, 2] },
        nodes: [
          { op: 'Shape', in: ['x'], out: ['shape'] },
          { op: 'Constant', in: [], out: ['zero'], attributes: { value: intTensor('', [], [0]) } },
          { op: 'Gather', in: ['shape', 'zero'], out: ['n'], attributes: { axis: 0 } },
          { op: 'Unsqueeze', in: ['n'], out: ['n1'], attributes: { axes: [0] } },
          { op: 'Constant', in: [], out: ['rest'], attributes: { value: intTensor('', [1], [-1]) } },
          { op: 'Concat', in: ['n1', 'rest'], out: ['wanted'], attributes: { axis: 0 } },
          { op: 'Reshape', in: ['x', 'wanted'], out: ['y'] },
        ],
        outputs: ['y'],
      },
    ],
    [
      'SAME padding, weights that are listed as inputs, one weight copied by Identity',
      {
        opset: 11,
        inputs: { ...image, w: [2, 1, 3, 3] },
        stored: [
          weight,
          floatTensor('one', [2], [1, 1.5]),
          floatTensor('mean', [2], [0.1, 0.2]),
          floatTensor('variance', [2], [1, 2]),
          floatTensor('slope', [2, 1, 1], [0.1, 0.2]),
        ],
        nodes: [
          { op: 'Conv', in: ['x', 'w'], out: ['a'], attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] } },
          { op: 'Identity', in: ['one'], out: ['shift'] },
          {
            op: 'BatchNormalization',
            in: ['a', 'one', 'shift', 'mean', 'variance'],
            out: ['b'],
            attributes: { epsilon: '0.001' },
          },
          { op: 'PRelu', in: ['b', 'slope'], out: ['c'] },
          { op: 'Flatten', in: ['c'], out: ['y'] },
        ],
        outputs: ['y'],
      },
    ],
    [
      'GELU and a layer of exact arithmetic',
      {
        opset: 14,
        inputs: { x: [2, 3] },
        stored: [floatTensor('root', [], [Math.SQRT2]), floatTensor('half', [], [0.5]), floatTensor('one', [1], [1])],
        nodes: [
          { op: 'Div', in: ['x', 'root'], out: ['a'] },
          { op: 'Erf', in: ['a'], out: ['b'] },
          { op: 'Add', in: ['b', 'one'], out: ['c'] },
          { op: 'Mul', in: ['x', 'c'], out: ['d'] },
          { op: 'Mul', in: ['d', 'half'], out: ['e'] },
          { op: 'Constant', in: [], out: ['two'], attributes: { value_float: '2.0' } },
          { op: 'Pow', in: ['e', 'two'], out: ['y'] },
        ],
        outputs: ['y'],
      },
    ],
  ])('%s', async (name, text) => {
    const model = await expectSame(modelOf(text), { batch: 3 });
    const { value } = model.outputs[0]!;
    // Whatever was read has gradients, but for padding by reflection.
    const differentiate = () => gradients(reduceSum(value), [...model.inputs, ...model.graph.parameters]);
    if (name === 'Pad by reflection') expect(differentiate).toThrow('Pad: the gradient of mode reflect');
    else expect(differentiate().length).toBe(1 + model.graph.parameters.length);
  });

  it('sorts stored tensors by what reads them', () => {
    const { graph } = decodeModel(
      modelOf({
        opset: 11,
        inputs: image,
        stored: [weight, floatTensor('six', [], [6]), floatTensor('zero', [], [0]), floatTensor('b', [2], [1, 2])],
        nodes: [
          { op: 'Conv', in: ['x', 'w', 'b'], out: ['a'] },
          { op: 'Clip', in: ['a', 'zero', 'six'], out: ['c'] },
          { op: 'Mul', in: ['c', 'six'], out: ['y'] },
        ],
        outputs: ['y'],
      }),
    );
    expect(graph.parameters.map(({ name }) => name)).toEqual(['w', 'b']);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
  });

  it.each<[string, ModelText | Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'face.onnx: is no ONNX model, or one cut short'],
    ['text', new TextEncoder().encode('<!DOCTYPE html>'), 'face.onnx: is no ONNX model'],
    ['an old operator set', oneOf(6, 'Relu'), 'operator set 6, older than 7'],
    ['an unknown operator', oneOf(11, 'Wobble'), "node Wobble 'y': operator Wobble is not known to this engine"],
    ['an unknown name', { ...oneOf(11, 'Relu'), outputs: ['z'] }, "'z' is read, but nothing gives it"],
    ['no output', { ...oneOf(11, 'Relu'), outputs: [] }, 'has no output'],
    ['shapes that do not fit', oneOf(11, 'Transpose', { perm: [0, 1] }), 'perm [0, 1] does not fit [2, 3, 6, 5]'],
    [
      'a free axis that is not the first',
      { ...oneOf(11, 'Relu'), inputs: { x: [1, 'c', 'h', 'w'] } },
      "input 'x' leaves its shape free",
    ],
    [
      'a weight of another shape',
      { ...oneOf(11, 'Relu'), stored: [floatTensor('w', [2, 2], [1, 2, 3])] },
      "tensor 'w' of shape [2, 2] holds 3 elements",
    ],
    ['Softmax over several axes', oneOf(11, 'Softmax', { axis: 1 }), 'over all axes from 1 on of [2, 3, 6, 5]'],
  ])('says in one line what is wrong: %s', (_, model, message) => {
    const bytes = model instanceof Uint8Array ? model : modelOf(model);
    const decoding = () => decodeModel(bytes, { source: 'face.onnx' });
    expect(decoding).toThrow(InputError);
    expect(decoding).toThrow(message);
    expect(decoding).toThrow(/^face\.onnx: [^\n]*$/);
  });

  it('takes shapes that the model leaves free', () => {
    const bytes = modelOf({ ...oneOf(11, 'Relu'), inputs: { x: ['n', 1, 'h', 'w'] } });
    expect(decodeModel(bytes, { shapes: { x: [1, 1, 4, 5] } }).outputs[0]!.value.shape).toEqual([1, 1, 4, 5]);
  });
});

describe('damaged bytes', () => {
  const whole = tinyModel(nets[2]!);
  const oneLine = (bytes: Uint8Array) => {
    try {
      decodeModel(bytes, { source: 'm.onnx' });
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toMatch(/^m\.onnx: [^\n]+$/);
      return false;
    }
    return true;
  };

  it('cut short anywhere in the graph are an error of one line', () => {
    const metadata = Buffer.from(whole).lastIndexOf('recipe') - 6;
    fc.assert(fc.property(fc.integer({ min: 0, max: metadata - 8 }), (end) => !oneLine(whole.subarray(0, end))));
  });

  it('with a few bytes changed either read or are an error of one line', () => {
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = whole.slice();
        for (const [at, value] of list) bytes[at] = value;
        oneLine(bytes);
      }),
      { numRuns: 300 },
    );
  });
});
