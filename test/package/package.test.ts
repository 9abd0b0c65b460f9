import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSmallRecipe } from '../cli/command-line.js';
import { madePicture, makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';
import { install, type Packed, pack, root, run } from './installed.js';

const base = temporaryFolder();
const project = join(base, 'elsewhere');
const data = join(base, 'imm');
let packed: Packed;
let picture = '';

beforeAll(async () => {
  mkdirSync(project);
  packed = pack(base);
  install(project, join(base, packed.filename));
  await makeImm(data, { people: 6, seed: 1 });
  picture = join(data, madePicture(data, '01-1'));
});

describe('the tarball', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');

  it('holds what is built, recipes and weights, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    const strange = paths.filter(
      (path) =>
        !/^(README\.md|LICENSE|package\.json|dist\/.*\.(js|d\.ts)|appearance\/[\w-]+\.(bin|md)|recipes\/[\w-]+\.yaml|weights\/[\w-]+\.(onnx|md))$/.test(
          path,
        ),
    );
    expect(strange).toEqual([]);
    for (const path of ['dist/index.js', 'dist/index.d.ts', 'dist/web.bundle.js', 'recipes/nose.yaml']) {
      expect(paths).toContain(path);
    }
  });

  it('is as large as the README says', () => {
    const [, megabytes] = /`npm pack`[^.]*? ([\d.]+) MB/.exec(readme) ?? [];
    expect(Number(megabytes)).toBeGreaterThan(0.9 * (packed.size / 1e6));
    expect(Number(megabytes)).toBeLessThan(1.1 * (packed.size / 1e6));
  });
});

describe('installed elsewhere', { timeout: 120_000 }, () => {
  it('the command runs, and finds the model that comes with it', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(run('npx', ['--offline', 'fiducial', '--version'], project)).toBe(`${version}\n`);
    expect(run('npx', ['--offline', 'fiducial', 'predict', 'nose', picture], project)).toMatch(
      /^name,x0,y0\n.*,.*,.*\n$/,
    );
  });

  it('it trains, with its worker threads, and draws the report', () => {
    writeSmallRecipe(join(project, 'small.yaml'));
    const args = ['fiducial', 'train', 'small.yaml', '--data', data, '--set', 'train.epochs=2'];
    expect(run('npx', ['--offline', ...args], project)).toContain('report: runs/small/report.html');
    expect(existsSync(join(project, 'runs/small/report.html'))).toBe(true);
  });

  it('the library is imported, with its types', () => {
    writeFileSync(
      join(project, 'find.ts'),
      `import { decodePicture, type Detected, detect, findModel, openDetector, readModel, tensor } from 'fiducial';
import { type CanvasPixels, pictureFromImageData } from 'fiducial/web';
import * as ort from 'onnxruntime-node';

const file: string = findModel('nose');
const detector = await openDetector(readModel(file), file, ort);
const picture = await decodePicture(process.argv[2]!, detector.metadata.input);
const box = { left: 0, top: 0, width: picture.width, height: picture.height };
const [face]: Detected[] = await detect(detector, [{ picture, box }]);
const grey: number = pictureFromImageData({ width: 1, height: 1, data: new Uint8Array(4) } satisfies CanvasPixels, { channels: 1 }).data[0]!;
const shape: readonly number[] = tensor.input(tensor.createGraph(), 'x', [2, 3]).shape;
console.log(JSON.stringify([face!.points.length, grey, shape]));
`,
    );
    const options = { target: 'ES2022', module: 'NodeNext', strict: true, types: ['node'], outDir: 'out' };
    const typeRoots = [join(root, 'node_modules/@types')];
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, typeRoots }, files: ['find.ts'] }),
    );
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], project);
    expect(run(process.execPath, ['out/find.js', picture], project)).toBe('[2,128,[2,3]]\n');
  });
});
