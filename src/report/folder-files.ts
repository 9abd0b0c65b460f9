import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { counted, number } from './number.js';

const known: Readonly<Record<string, string>> = {
  'recipe.json': 'all settings, versions, machine and the data’s fingerprint',
  'metrics.jsonl': 'a line an epoch',
  'events.out.tfevents': 'the same for TensorBoard',
  'summary.txt': 'the layer table',
  'model.onnx': 'the model with the best weights by validation loss',
  'last.onnx': 'the model with the last epoch’s weights',
  checkpoint: 'what --resume continues from',
  'evaluation.json': 'scores of best, last and floor',
  'predictions.csv': 'each validation face’s true and predicted points',
  pictures: 'the validation pictures, reduced',
  'samples.png': 'training samples as the network sees them',
  figures: 'each figure as SVG and PNG',
  'report.html': 'this page',
  'sweep.json': 'what was varied, and the runs',
  'table.csv': 'the table of this page, to compute with',
  'table.md': 'the table of this page, to paste',
};

/** What lies in the folder by name: its meaning and size. @param apart what is listed elsewhere */
export function folderFiles(folder: string, apart: readonly string[] = []): [name: string, about: string][] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.endsWith('.part') && !name.startsWith('.') && !apart.includes(name))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .map((entry) => {
      const file = join(folder, entry.name);
      const size = entry.isDirectory() ? counted(readdirSync(file).length, 'file') : bytes(statSync(file).size);
      const about = known[entry.name.replace(/^(events\.out\.tfevents)\..*/, '$1')];
      return [entry.isDirectory() ? `${entry.name}/` : entry.name, about === undefined ? size : `${about}, ${size}`];
    });
}

function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${number(size / 1e3)} kB` : `${number(size / 1e6)} MB`;
}
