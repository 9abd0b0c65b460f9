import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { imm58 } from '../src/data/markups/imm58.js';
import { randomFor } from '../src/random.js';
import { drawPerson, drawPose, facePoints, faceSvg } from './made-face.js';

/** The size of the made pictures. */
export const madeSize = { width: 160, height: 120 };

/**
 * Writes an IMM folder of drawn faces, six views a person, points where they are in the drawing: `01-1m.jpg`, `01-1m.asf`, …
 * The same seed and number of people draw the same faces.
 */
export async function makeImm(folder: string, { people, seed }: { people: number; seed: number }): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { width, height } = madeSize;
  for (let i = 1; i <= people; i++) {
    const person = drawPerson(randomFor(seed, 'person', i));
    const gender = i % 2 === 1 ? 'm' : 'f';
    for (let view = 1; view <= 6; view++) {
      const pose = drawPose(randomFor(seed, 'pose', i, view), view);
      const name = `${String(i).padStart(2, '0')}-${view}${gender}`;
      const svg = Buffer.from(faceSvg(person, pose, width, height));
      writeFileSync(join(folder, `${name}.jpg`), await sharp(svg).jpeg({ quality: 92 }).toBuffer());
      const shares = facePoints(person, pose, height).map(([x, y]) => [x / width, y / height] as const);
      // Some files of the true data have three columns more.
      writeFileSync(join(folder, `${name}.asf`), asfText(shares, `${name}.jpg`, view === 5 ? 10 : 7));
    }
  }
}

/** An .asf file: `shares` are (x, y) from 0 to 1. */
export function asfText(shares: readonly (readonly [number, number])[], host: string, columns: 7 | 10 = 7): string {
  const { points, contours } = imm58;
  const rows = contours.flatMap(({ points: line, closed }, path) =>
    line.map((point, i) => {
      const before = line[i - 1] ?? (closed ? line.at(-1)! : point);
      const after = line[i + 1] ?? (closed ? line[0]! : point);
      const [x, y] = shares[point]!.map((share) => share.toFixed(8));
      const more = columns === 10 ? ['0.00', '0.00', '0.00'] : [];
      return [path, closed ? 0 : 4, x, y, point, before, after, ...more].join(' \t');
    }),
  );
  const heading = (text: string) => `#\n# ${text}\n#\n`;
  return [
    `${heading('AAM Shape File')}\n${heading('number of model points')}${points.length}\n\n`,
    `${heading('model points')}${rows.join('\n')}\n\n${heading('host image')}${host}\n`,
  ].join('');
}

/** The name of a made face's picture, `01-1m.jpg`, by its beginning `01-1`: whether it ends in m or f is drawn. */
export function madePicture(folder: string, beginning: string): string {
  const name = readdirSync(folder).find((file) => file.startsWith(beginning) && file.endsWith('.jpg'));
  if (!name) throw new Error(`${folder} holds no picture of ${beginning}`);
  return name;
}
