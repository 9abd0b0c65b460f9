import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** What `npm pack` tells of the tarball. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs the package as it is built. */
export function pack(folder: string): Packed {
  const said = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
  return (JSON.parse(said) as [Packed])[0];
}

/**
 * Makes a project elsewhere, and installs the tarball in it with npm. What the package depends on is linked to what is here
 * instead of fetched again: seconds instead of minutes, and no network. Nothing else is within reach, so that what the package
 * imports without declaring it is not found.
 * @param also packages that the project installs beside it
 */
export function install(folder: string, tarball: string, also: readonly string[] = []): void {
  const here = (name: string) => pathToFileURL(join(root, 'node_modules', name)).href;
  const known = { ...dependencies, ...devDependencies };
  const project = {
    name: 'elsewhere',
    private: true,
    type: 'module',
    dependencies: {
      fiducial: `file:${tarball}`,
      ...Object.fromEntries(also.map((name) => [name, known[name] === undefined ? undefined : here(name)])),
    },
    overrides: Object.fromEntries(Object.keys(dependencies).map((name) => [name, here(name)])),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
}

/** Runs a program to its end: what it printed. */
export function run(program: string, args: readonly string[], folder: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    // What `npm test` sets would steer the npm within.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'))),
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw error ?? new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}
