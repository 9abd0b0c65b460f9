import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { decodeMetadata, type ModelMetadata } from '../data/model-metadata.js';
import { UsageError } from '../errors.js';
import { type Box, boxAround } from '../image/box.js';
import { decodePicture } from '../image/decode.js';
import type { FaceInPicture } from '../predict/detector.js';
import { findModel, readModel } from '../predict/find-model.js';
import { faceMeasure } from '../report/error-measure.js';
import { isRun, readRun } from '../report/read-run.js';
import { readMetadata } from '../tensor/onnx/metadata.js';
import { writeActivationSheets, writeFilterSheets } from './feature-sheets.js';
import { parseBox } from './options.js';
import { print } from './output.js';

interface Options {
  readonly picture?: string;
  readonly box?: Box;
  readonly out?: string;
  readonly json?: boolean;
}

type NamedFace = FaceInPicture & { readonly name: string };

export function featuresCommand(program: Command): void {
  program
    .command('features')
    .summary('draw what the convolutions have learnt')
    .description(
      'Draws the filters of each convolution, and what each gives for a picture, on one sheet a layer, as SVG and PNG.',
    )
    .argument('<run|model>', 'a run folder, an .onnx file, or a built-in model')
    .option('--picture <file>', 'whose activations to draw; of a run its best validation picture where absent')
    .option('--box <l,t,w,h>', 'where the face is in it, in pixels; needed by models that crop to it', parseBox)
    .option('--out <dir>', 'folder of the sheets; of a run its figures, of a model NAME-features where absent')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  fiducial features runs/face58\n  fiducial features face58 --picture portrait.jpg --out sheets',
    )
    .action(async (name: string, options: Options) => {
      const file = findModel(name);
      const run = isRun(name);
      const out = options.out ?? (run ? join(name, 'figures') : `${basename(file, '.onnx')}-features`);
      const metadata = () => decodeMetadata(readMetadata(readModel(file), file), file);
      const face = options.picture
        ? await givenFace(options.picture, options.box, metadata(), name)
        : run
          ? await bestFace(name, metadata())
          : undefined;
      const filters = await writeFilterSheets(file, out);
      const activations = face ? await writeActivationSheets(file, out, face) : [];
      print(options.json, { filters, activations, picture: face?.name ?? null }, () =>
        [...filters, ...activations].join('\n'),
      );
    });
}

async function givenFace(
  file: string,
  box: Box | undefined,
  { input }: ModelMetadata,
  model: string,
): Promise<NamedFace> {
  if (input.crop.kind === 'box' && !box) {
    throw new UsageError(`${model} looks at a face, not at a whole picture: say where it is with --box l,t,w,h`);
  }
  const picture = await decodePicture(file, input);
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  return { name: basename(file), picture, box: box ?? whole };
}

/** The validation face with the least error, as the run folder keeps it; none where the training has not ended. */
async function bestFace(folder: string, { input }: ModelMetadata): Promise<NamedFace | undefined> {
  const run = readRun(folder);
  const measure = faceMeasure(run);
  const [best] = run.predictions
    .filter(({ name }) => run.pictures.has(name))
    .sort((a, b) => measure.of(a) - measure.of(b));
  if (!best) return undefined;
  const { file, scale, left, top } = run.pictures.get(best.name)!;
  // The folder keeps no boxes: the one round the points is near enough to look at.
  const around = boxAround(best.truth);
  const box = {
    left: (around.left - left) * scale - 0.5,
    top: (around.top - top) * scale - 0.5,
    width: around.width * scale,
    height: around.height * scale,
  };
  return { name: best.name, picture: await decodePicture(file, input), box };
}
