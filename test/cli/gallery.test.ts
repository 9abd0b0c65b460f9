import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { madePicture, makeImm } from '../made-imm.js';
import { temporaryFolder } from '../temporary.js';
import { fiducial, succeed } from './command-line.js';

const base = temporaryFolder();
const data = join(base, 'imm');

beforeAll(() => makeImm(data, { people: 2, seed: 1 }), 60_000);

/** An XML of boxes alone, elsewhere than the pictures. */
function writeBoxes(file: string, pictures: readonly string[]): void {
  const box = '<box top="10" left="60" width="60" height="70"/>';
  const images = pictures.map((name) => `<image file="${name}">\n${box}\n</image>`).join('\n');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `<dataset>\n<images>\n${images}\n</images>\n</dataset>\n`);
}

describe('fiducial gallery', () => {
  it('draws faces beside their truth, with errors', () => {
    const out = join(base, 'truth.svg');
    const said = succeed(['gallery', 'face58', '--data', data, '--count', '3', '--mirror', '--out', out, '--json']);
    expect(JSON.parse(said)).toMatchObject({ data: 'IMM', faces: 3, sheet: out });
    const svg = readFileSync(out, 'utf8');
    expect(svg.match(/<image /g)?.length).toBe(3);
    expect(svg.match(/error \d+(\.\d+)? px, NME/g)?.length).toBe(3);
    expect(svg).toContain('truth: dots');
    expect(svg).toContain('its mirror image');
  });

  it('draws faces of which the box alone is known, of pictures elsewhere, and tells of those it cannot', async () => {
    const boxes = join(base, 'elsewhere', 'boxes.xml');
    writeFileSync(join(data, 'text.jpg'), 'no picture');
    writeBoxes(boxes, [madePicture(data, '01-1'), 'text.jpg', madePicture(data, '02-1')]);
    const out = join(base, 'boxes.png');
    const args = ['--data', boxes, '--pictures', data, '--out', out, '--title', 'Two of them'];
    const { code, stdout, stderr } = fiducial(['gallery', 'face58', ...args]);
    expect([code, stdout]).toEqual([1, `${out}\n`]);
    expect(stderr).toMatch(/^fiducial: \S*boxes\.xml:7: \S*text\.jpg: is not a picture[^\n]*\n$/);
    const { format, width, height } = await sharp(out).metadata();
    expect(format).toBe('png');
    expect(Math.min(width, height)).toBeGreaterThan(400);
  });
});

describe('fiducial predict', () => {
  it('takes boxes whose pictures lie elsewhere', () => {
    const boxes = join(base, 'elsewhere', 'predicted.xml');
    const names = [madePicture(data, '02-1'), madePicture(data, '01-1')];
    writeBoxes(boxes, names);
    const table = succeed(['predict', 'face58', '--boxes', boxes, '--pictures', data, '--mirror']);
    const rows = table.trim().split('\n');
    expect(rows.slice(1).map((row) => row.split(',')[0])).toEqual(names);
    expect(rows[1]!.split(',').length).toBe(1 + 2 * 58);
  });
});
