import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { cat } from '../../../src/data/formats/cat.js';
import { coco } from '../../../src/data/formats/coco.js';
import { csvPoints } from '../../../src/data/formats/csv-points.js';
import { dlibXml } from '../../../src/data/formats/dlib-xml.js';
import { pts } from '../../../src/data/formats/pts.js';
import type { Dataset } from '../../../src/data/sample.js';
import type { InputError } from '../../../src/errors.js';
import { temporaryFolder } from '../../temporary.js';
import { anyDataset, expectHelpful, expectSound, pictureNames, putPicture } from './made.js';

/** What slips into files: numbers that are none, brackets that do not close, bytes that are no text. */
const slips = [
  ...['NaN', 'nan', 'inf', '1e999', '-1', '0', '0x10', '1e39', '99999999', '1,5', '', ' ', '\n', '\r', '\0', '\u2028'],
  ...['"', "'", '<', '>', '&', '/', '{', '}', '[', ']', ',', ':', ';', 'null', 'é', '\\', '\ufeff', '__proto__'],
  ...['<part name="00" x="1" y="2"/>', '<box top="1" left="1" width="0" height="5"/>', '</image>', 'a.png,', 'x0'],
  ...['"keypoints":[]', '"bbox":[0,0,0,0]', '[{}]', 'version: 1', '\ud800'],
];

/** One change of a text: cut off, cut out, put in, or doubled, at places given as shares of its length. */
const anyChange = fc.record({
  kind: fc.constantFrom('cut off', 'cut out', 'put in', 'double', 'retype'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(60),
  slip: fc.constantFrom(...slips),
});

type Change = typeof anyChange extends fc.Arbitrary<infer T> ? T : never;

function changed(text: string, { kind, at, length, slip }: Change): string {
  const from = Math.floor(at * text.length);
  const [before, after] = [text.slice(0, from), text.slice(from)];
  if (kind === 'cut off') return before;
  if (kind === 'cut out') return before + after.slice(length);
  if (kind === 'put in') return before + slip + after;
  if (kind === 'double') return before + after.slice(0, length) + after;
  // The next number becomes something else.
  return before + after.replace(/-?\d+(\.\d+)?/, () => slip);
}

const folder = temporaryFolder();
beforeAll(async () => {
  for (const name of pictureNames) await putPicture(folder, name);
});

const formats = [
  { format: dlibXml, target: 'made.xml', ending: '.xml' },
  { format: pts, target: 'pts', ending: '.pts' },
  { format: csvPoints, target: 'made.csv', ending: '.csv' },
  { format: coco, target: 'made.json', ending: '.json' },
  { format: cat, target: 'cat', ending: '.cat' },
];

test.each(formats)(
  'a damaged $format.name file gives a sound data set or names its problem',
  async ({ format, target, ending }) => {
    const path = join(folder, target);
    const original = new Map<string, string>();
    const [dataset] = fc.sample(
      anyDataset(folder).filter(({ samples }) => samples.length > 3),
      { numRuns: 1, seed: 5 },
    );
    await format.write!(dataset!, path);
    for (const file of target.includes('.') ? [path] : annotations(path, ending)) {
      original.set(file, readFileSync(file, 'utf8'));
    }
    const files = [...original.keys()];

    await fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.array(anyChange, { minLength: 1, maxLength: 3 }),
        async (which, changes) => {
          const file = files[which]!;
          writeFileSync(file, changes.reduce(changed, original.get(file)!));
          try {
            await expectSoundOrHelpful(() => format.read(path), path);
            const problems: InputError[] = [];
            await expectSoundOrHelpful(
              () => format.read(path, { onProblem: (problem) => problems.push(problem) }),
              path,
            );
            for (const problem of problems) expectHelpful(problem, path);
          } finally {
            writeFileSync(file, original.get(file)!);
          }
        },
      ),
      { numRuns: 150 },
    );
  },
);

async function expectSoundOrHelpful(read: () => Promise<Dataset>, path: string): Promise<void> {
  let dataset: Dataset;
  try {
    dataset = await read();
  } catch (error) {
    expectHelpful(error, path);
    return;
  }
  expectSound(dataset);
}

const annotations = (path: string, ending: string): string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(path, name));

describe.each(formats)('$format.name', ({ format, target, ending }) => {
  test.each([
    ['an empty file', '', /is empty \(0 bytes\)/],
    ['a file of blanks', ' \n\n ', /./],
    ['a picture', '\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', /./],
  ])('%s is refused', async (_, content, said) => {
    const path = join(folder, `bad-${target.replace(/\.\w+$/, '')}${ending}`);
    writeFileSync(path, content);
    const problem = await format.read(path).catch((error: unknown) => error);
    expectHelpful(problem, path);
    expect((problem as Error).message).toMatch(said);
    rmSync(path);
  });

  test('a file that is not there is named', async () => {
    const path = join(folder, `gone${ending}`);
    const problem = await format.read(path).catch((error: unknown) => error);
    expect((problem as Error).message).toBe(`${path}: there is no such file; check the path`);
    expectHelpful(problem, path);
  });
});
