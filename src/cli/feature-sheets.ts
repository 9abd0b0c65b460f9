import { join } from 'node:path';
import { decodeMetadata } from '../data/model-metadata.js';
import { InputError } from '../errors.js';
import { shownPlanes } from '../image/input.js';
import { runActivations } from '../predict/activations.js';
import { type Convolution, convolutions } from '../predict/convolutions.js';
import { type FaceInPicture, planesOf } from '../predict/detector.js';
import { readModel } from '../predict/find-model.js';
import { activationSheet } from '../report/activation-sheet.js';
import { saveFigure } from '../report/figure.js';
import { filterSheet } from '../report/filter-sheet.js';
import { slug } from '../report/text.js';
import { type DecodedModel, decodeModel } from '../tensor/onnx/decode.js';
import { runtime, sessionOptions } from './engine.js';

/** Writes `features-NAME.svg` and `.png`, the filters, for each convolution of a model file. @returns the PNGs */
export async function writeFilterSheets(file: string, folder: string): Promise<string[]> {
  const { layers } = open(file);
  return save(
    layers.filter(({ filters }) => filters),
    folder,
    'features',
    ({ name, filters }) => filterSheet(name, filters!),
  );
}

/** Writes `activations-NAME.svg` and `.png` for each convolution: what it gives for a face. @returns the PNGs */
export async function writeActivationSheets(
  file: string,
  folder: string,
  face: FaceInPicture & { readonly name: string },
): Promise<string[]> {
  const { model, layers } = open(file);
  const { input } = decodeMetadata(model.metadata, file);
  const { planes } = planesOf(face, input);
  const shown = { ...input, name: face.name, planes: shownPlanes(planes, input) };
  const activations = await runActivations(model, layers, planes, runtime, sessionOptions());
  return save(activations, folder, 'activations', (activation) => activationSheet(activation, shown));
}

function open(file: string): { model: DecodedModel; layers: Convolution[] } {
  const model = decodeModel(readModel(file), { source: file });
  const layers = convolutions(model);
  if (layers.length === 0)
    throw new InputError(`${file}: has no two-dimensional convolution whose features could be drawn`);
  return { model, layers };
}

async function save<T extends { readonly name: string }>(
  layers: readonly T[],
  folder: string,
  kind: string,
  draw: (layer: T) => Promise<string>,
): Promise<string[]> {
  const files: string[] = [];
  for (const layer of layers) {
    const name = `${kind}-${slug(layer.name)}`;
    saveFigure(folder, name, await draw(layer));
    files.push(join(folder, `${name}.png`));
  }
  return files;
}
