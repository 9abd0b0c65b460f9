import { InputError } from '../errors.js';
import { namesIn } from './folder.js';
import { readImm } from './imm.js';
import type { Dataset } from './sample.js';

interface Format {
  /** As messages name it. */
  readonly name: string;
  /** Whether a folder of these names (files and folders, not those inside) is one. */
  readonly detects: (names: readonly string[]) => boolean;
  readonly read: (folder: string) => Promise<Dataset>;
}

/** The first that detects itself reads. */
const formats: readonly Format[] = [
  { name: 'IMM (.asf)', detects: (names) => names.some((name) => /\.asf$/i.test(name)), read: readImm },
];

/** Reads a folder of any known format. Throws an InputError where there is none, or where its reader finds a mistake. */
export async function openDataset(folder: string): Promise<Dataset> {
  const names = await namesIn(folder);
  const format = formats.find(({ detects }) => detects(names));
  if (!format) {
    throw new InputError(
      `${folder}: is no known data set; known formats: ${formats.map(({ name }) => name).join(', ')}`,
    );
  }
  return format.read(folder);
}
