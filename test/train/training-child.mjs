// Trains as the parent's test asks, a checkpoint after every step, and tells of each step. Run on the built sources, for
// their worker threads start faster.
import * as runtime from 'onnxruntime-node';
import { openDataset } from '../../dist/data/dataset.js';
import { readRecipe } from '../../dist/train/read-recipe.js';
import { train } from '../../dist/train/train.js';

const { recipe, data, out, resume } = JSON.parse(process.argv[2]);
await train({
  recipe: readRecipe(recipe),
  dataset: await openDataset(data),
  dataFolder: data,
  out,
  resume,
  runtime,
  sessionOptions: { intraOpNumThreads: 2 },
  versions: { fiducial: '0', onnxruntime: '0', node: '0' },
  saveSeconds: 0,
  listener: { onStep: () => process.stdout.write('.') },
});
