import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readImm } from '../../src/data/imm.js';
import { makeImm } from '../made-imm.js';

/** Which points of the made faces are annotated in the photos: eyes, nose and the mouth's corners. */
const annotated = { left_eye: 17, right_eye: 25, nose: 52, mouth_left: 43, mouth_right: 39 };

/** A folder of pictures of drawn faces, four of each of ten people, and `points.csv` with five points each. */
export async function makeAnnotatedPhotos(folder: string): Promise<void> {
  const made = join(folder, '..', 'made');
  await makeImm(made, { people: 10, seed: 7 });
  mkdirSync(folder);
  const names = Object.keys(annotated);
  const rows = [['picture', 'group', ...names.flatMap((name) => [`${name}_x`, `${name}_y`])].join(',')];
  const { samples } = await readImm(made);
  for (const { picture, points } of samples) {
    const [, person, view] = /(\d\d)-(\d)[mf]\.jpg$/.exec(picture)!;
    if (Number(view) > 4) continue;
    const name = `p${person}-${view}.jpg`;
    copyFileSync(picture, join(folder, name));
    const values = Object.values(annotated).flatMap((i) => [
      points![2 * i]!.toFixed(1),
      points![2 * i + 1]!.toFixed(1),
    ]);
    rows.push([name, `p${person}`, ...values].join(','));
  }
  if (readdirSync(folder).length !== 40) throw new Error('there should be forty pictures');
  writeFileSync(join(folder, 'points.csv'), `${rows.join('\n')}\n`);
}
