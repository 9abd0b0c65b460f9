import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { modelNamed } from '../../src/models/index.js';
import { layerTable } from '../../src/models/layer-table.js';
import { buildNetwork } from '../../src/models/network.js';

const tableOf = (name: string): string => {
  const { input, points } = modelNamed(name);
  const { rows } = buildNetwork({ model: { name }, input, points }, { training: false, batch: 1 });
  return layerTable(rows, [input.channels, input.height, input.width]);
};

describe('the layer table', () => {
  it.each(['cnn1', 'cnn2', 'resnet18'])('of %s is the one of the seed, line for line', (name) => {
    const expected = readFileSync(new URL(`../fixtures/layer-tables/${name}.txt`, import.meta.url), 'utf8');
    expect(tableOf(name).split('\n')).toEqual(expected.trimEnd().split('\n'));
  });

  it('counts the parameters that the network really has, in training and in inference form alike', () => {
    for (const name of ['cnn1', 'cnn2', 'resnet18']) {
      const { input, points } = modelNamed(name);
      for (const training of [true, false]) {
        const { graph, rows } = buildNetwork({ model: { name }, input, points }, { training, batch: 2 });
        const counted = graph.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
        expect(counted).toBe(rows.reduce((sum, { parameters }) => sum + parameters, 0));
      }
    }
  });

  it('does not count the start from a mean face as a layer', () => {
    const { input } = modelNamed('cnn1');
    const rows = (start?: { shape: number[]; factor: number }) =>
      buildNetwork(
        { model: { name: 'cnn1' }, input, points: 1, ...(start ? { start } : {}) },
        { training: false, batch: 1 },
      ).rows;
    expect(rows({ shape: [0.5, 0.5], factor: 0.1 })).toEqual(rows());
  });
});

describe('modelNamed', () => {
  it('names the nearest network', () => {
    expect(() => modelNamed('resnet-18')).toThrow(InputError);
    expect(() => modelNamed('resnet-18')).toThrow("unknown network 'resnet-18': did you mean 'resnet18'?");
  });
});
