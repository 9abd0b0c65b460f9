import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root, run } from '../package/installed.js';
import { temporaryFolder } from '../temporary.js';

const out = join(temporaryFolder(), 'api');

beforeAll(() => {
  run(process.execPath, [join(root, 'node_modules/typedoc/bin/typedoc'), '--out', out, '--logLevel', 'Error'], root);
}, 180_000);

describe('the reference of the library', () => {
  const text = (name: string) => readFileSync(join(out, name), 'utf8');

  it('is made of the docstrings', () => {
    expect(text('index/functions/detect.md')).toContain('Finds the points of faces, all in one batch');
    expect(text('web/functions/pictureFromImageData.md')).toContain('A picture from the `ImageData` of a canvas');
  });

  it('says of each function what it does', () => {
    const functions = readdirSync(join(out, 'index/functions'));
    expect(functions.length).toBeGreaterThan(12);
    // Behind the signature stands what it does; else the heading of its parameters.
    const silent = functions.filter((name) => !/^> \*\*.*\n\n[^#\s]/m.test(text(`index/functions/${name}`)));
    expect(silent).toEqual([]);
  });
});
