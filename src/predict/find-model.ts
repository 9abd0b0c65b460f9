import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, reason, UsageError } from '../errors.js';
import { nearest } from '../nearest.js';

const weightsFolder = fileURLToPath(new URL('../../weights', import.meta.url));

/** The names of the trained models that come with the package. */
export const builtInModels = (): string[] =>
  existsSync(weightsFolder)
    ? readdirSync(weightsFolder)
        .filter((file) => file.endsWith('.onnx'))
        .map((file) => file.slice(0, -'.onnx'.length))
        .sort()
    : [];

/**
 * The file of a model: of a run folder its best, an .onnx file itself, or by name one that comes with the package.
 * Throws an InputError or UsageError that says what there is instead.
 */
export function findModel(runModelOrName: string): string {
  if (existsSync(runModelOrName)) {
    if (!statSync(runModelOrName).isDirectory()) return runModelOrName;
    const file = join(runModelOrName, 'model.onnx');
    if (existsSync(file)) return file;
    throw new InputError(
      `${runModelOrName}: holds no model.onnx; train it first, or give a run folder or an .onnx file`,
    );
  }
  const known = builtInModels();
  if (known.includes(runModelOrName)) return join(weightsFolder, `${runModelOrName}.onnx`);
  throw new UsageError(
    `there is no run, model file or built-in model '${runModelOrName}'${nearest(runModelOrName, known)}`,
  );
}

/** The bytes of a model file. Throws an InputError that names it where it cannot be read. */
export function readModel(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${reason(error)}`);
  }
}
