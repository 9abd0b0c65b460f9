import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where the research data lie, which the project does not hold: FIDUCIAL_DATA, or shared/data beside the repository. */
const base = resolve(process.env.FIDUCIAL_DATA ?? join(root, '..', 'shared', 'data'));

/** The path of real data, or undefined where they are absent; then a line says that the check was left out. */
export function realData(name: string): string | undefined {
  const path = join(base, name);
  if (existsSync(path)) return path;
  console.warn(`left out what needs ${name}: ${path} is absent; set FIDUCIAL_DATA to where the data lie`);
  return undefined;
}
