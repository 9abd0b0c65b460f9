import { describe, expect, it } from 'vitest';
import { chooseMarkup } from '../../src/data/choose-points.js';
import { imm58 } from '../../src/data/markups/imm58.js';
import { decodeMetadata, encodeMetadata, type ModelMetadata } from '../../src/data/model-metadata.js';
import { InputError } from '../../src/errors.js';

const metadata: ModelMetadata = {
  format: 1,
  name: 'nose',
  markup: chooseMarkup(imm58, [52]),
  chosen: [52],
  input: { channels: 1, height: 80, width: 60, crop: { kind: 'box', factor: 1.3 }, mean: 0.5, deviation: 1 },
  terms: 'for research; “not” for sale\n',
  recipe: { train: { epochs: 3 } },
};

const changed = (change: (copy: Record<string, never>) => void): Record<string, string> => {
  const copy = JSON.parse(encodeMetadata(metadata).fiducial!);
  change(copy);
  return { fiducial: JSON.stringify(copy) };
};

describe('the metadata of a model', () => {
  it('come back as they went', () => {
    expect(decodeMetadata(encodeMetadata(metadata), 'a.onnx')).toEqual(metadata);
    const { chosen, ...all } = { ...metadata, markup: imm58 };
    expect(chosen).toEqual([52]);
    expect(decodeMetadata(encodeMetadata(all), 'a.onnx')).toEqual(all);
  });

  it('that are absent say what to do', () => {
    expect(() => decodeMetadata({ other: 'x' }, 'a.onnx')).toThrow(InputError);
    expect(() => decodeMetadata({}, 'a.onnx')).toThrow(/^a\.onnx: has no 'fiducial' metadata.*use a model that/);
  });

  it.each<[string, Record<string, string>]>([
    ['cut short', { fiducial: encodeMetadata(metadata).fiducial!.slice(0, 99) }],
    ['of nothing', { fiducial: 'null' }],
    ['of another format', changed((copy) => Object.assign(copy, { format: 2 }))],
    ['of two channels', changed((copy) => Object.assign(copy.input!, { channels: 2 }))],
    ['of an unknown crop', changed((copy) => Object.assign(copy.input!, { crop: { kind: 'square' } }))],
    ['of no points', changed((copy) => Object.assign(copy.markup!, { points: [] }))],
    ['with a partner that is not there', changed((copy) => Object.assign(copy.markup!, { mirror: [1] }))],
    ['with too few partners', changed((copy) => Object.assign(copy.markup!, { mirror: [] }))],
    [
      'with a line through a point that is not there',
      changed((copy) => Object.assign(copy.markup!, { contours: [{ name: 'nose', points: [0, 1], closed: false }] })),
    ],
    ['with other points than were chosen', changed((copy) => Object.assign(copy, { chosen: [1, 2] }))],
  ])('%s are broken', (_, entries) => {
    expect(() => decodeMetadata(entries, 'a.onnx')).toThrow(InputError);
    expect(() => decodeMetadata(entries, 'a.onnx')).toThrow(/^a\.onnx: [^\n]*metadata[^\n]*$/);
  });
});
