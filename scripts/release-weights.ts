/**
 * Takes a run's last weights into `weights/` under a name, with a model card written from the run folder:
 *   npm run release-weights -- RUN NAME [--half PERCENT]
 * With --half they are stored in half precision, provided that no predicted coordinate changes by more than PERCENT of the
 * crop's side on the validation pictures that the run keeps.
 * The last epoch's weights ship and not the best, so that at least the epoch was not chosen on the pictures that measure them.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runtime } from '../src/cli/engine.js';
import { InputError, UsageError } from '../src/errors.js';
import { writeWhole } from '../src/files.js';
import type { Score } from '../src/metrics/score.js';
import { openDetector } from '../src/predict/detector.js';
import { readModel } from '../src/predict/find-model.js';
import { withHalfWeights } from '../src/tensor/onnx/half-weights.js';
import { sealed } from '../src/tensor/onnx/seal.js';
import type { RunEvaluation } from '../src/train/run.js';
import { readMetrics, readRunInfo, runFiles } from '../src/train/run-folder.js';
import { largestDifference } from './half-difference.js';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { half: { type: 'string' } } });
const [folder, name] = positionals;
if (!folder || !name) throw new UsageError('give a run folder and a name: npm run release-weights -- runs/nose nose');
const files = runFiles(folder);
const info = readRunInfo(folder);
const { best, last, floor } = JSON.parse(readFileSync(files.evaluation, 'utf8')) as RunEvaluation;
const { model, stored } = await shipped(readModel(files.last), folder, values.half);
const { metadata, inference } = await openDetector(model, files.last, runtime);
await inference.release();
const metrics = readMetrics(folder, last.epoch);
const minutes = metrics.reduce((sum, { seconds }) => sum + seconds, 0) / 60;

const row = (label: string, { pixels, nme, fr8, auc8 }: Score) =>
  `| ${label} | ${pixels.mean.toFixed(1)} | ${pixels.median.toFixed(1)} | ${nme ? `${nme.mean.toFixed(2)} | ${(100 * fr8!).toFixed(1)} | ${auc8!.toFixed(3)}` : '– | – | –'} |`;
const { input } = metadata;
const card = `# ${name}

${info.recipe.about ?? ''}

| | |
| --- | --- |
| file | \`${name}.onnx\`, ${stored}, \`image\` [n, ${input.channels}, ${input.height}, ${input.width}] → \`points\` [n, ${2 * metadata.markup.points.length}]${inference.outputs.includes('spread') ? `, \`spread\` [n, ${metadata.markup.points.length}]` : ''} |
| network | ${info.recipe.model.name} |
| points | ${metadata.markup.points.length} of ${info.markup.name} |
| crop | ${JSON.stringify(input.crop)} |
| trained on | ${info.data.name}, ${info.data.train} faces; annotation SHA-256 ${info.data.fingerprint.slice(0, 16)}… |
| measured on | ${info.data.validation} faces of people or photos that training did not see: \`${JSON.stringify(info.recipe.data.validation)}\` |
| training | ${last.epoch} epochs, ${minutes.toFixed(0)} minutes on ${info.machine} |
| versions | fiducial ${info.versions.fiducial}, onnxruntime ${info.versions.onnxruntime}, Node ${info.versions.node} |
| command | \`fiducial train ${info.recipe.name} --data DIR --set train.seed=${info.recipe.train.seed}\` |
| terms | ${metadata.terms} |

Errors in pixels of the pictures as they are, over the ${info.data.validation} validation faces; NME: mean point error in percent of the
${last.nme?.normaliser ?? 'normalising'} distance.

| weights | mean px | median px | NME % | faces above 8 % | AUC to 8 % |
| --- | --- | --- | --- | --- | --- |
${row(`last epoch (${last.epoch}): these`, last)}
${row(`best epoch (${best.epoch}), chosen on the same pictures`, best)}
${row('none: always the mean training face', floor)}

The epoch was not chosen on the validation pictures, but the recipe's settings may have been.
The network knows pictures like those that it was trained on, and has not been measured on others. The weights are derived from the data and are under their terms; the code's licence does not cover them.
`;
writeWhole(`weights/${name}.onnx`, model);
writeWhole(`weights/${name}.md`, card);
process.stdout.write(card);

/** The model as it is to be stored, and how that is said on the card. */
async function shipped(model: Uint8Array, folder: string, half: string | undefined) {
  if (half === undefined) return { model: sealed(model), stored: 'float32' };
  const bound = Number(half);
  if (!(bound > 0)) throw new UsageError(`--half: ${half} must be a positive number, percent of the crop's side`);
  const halved = withHalfWeights(model);
  const { percent, faces } = await largestDifference(folder, model, halved);
  const found = `coordinates change by up to ${percent.toPrecision(2)} % of the crop's side over ${faces} faces`;
  if (percent > bound) throw new InputError(`in half precision ${found}, more than ${bound} %: leave --half out`);
  return { model: halved, stored: `float32, kernels and matrices stored as float16 (${found})` };
}
