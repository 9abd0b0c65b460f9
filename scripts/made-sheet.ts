/**
 * Draws the sheet of docs/made-faces.md: four made people in six views, the points drawn on every second:
 *   npm run made-sheet
 */
import sharp from 'sharp';
import { openMade } from '../src/data/made.js';
import { writeWhole } from '../src/files.js';
import { encodePicture } from '../src/image/encode.js';
import { drawPoints } from '../src/report/draw-points.js';

const cell = { width: 240, height: 180 };
const columns = 6;
const { samples, markup } = openMade('made:imm58,people=4,seed=5');
const cells = samples.map(async ({ draw, points, box }, i) => {
  const row = Math.floor(i / columns);
  const picture = await draw!({ channels: 3 });
  const drawn = row % 2 === 0 ? encodePicture(picture, 'png') : drawPoints(picture, [{ box, points: points! }], markup);
  const input = await sharp(await drawn)
    .resize(cell.width, cell.height, { fit: 'inside' })
    .toBuffer();
  return { input, left: (i % columns) * cell.width, top: row * cell.height };
});
const size = { width: columns * cell.width, height: (samples.length / columns) * cell.height };
const sheet = sharp({ create: { ...size, channels: 3, background: '#fff' } }).composite(await Promise.all(cells));
writeWhole('docs/made-faces.jpg', await sheet.jpeg({ quality: 80, mozjpeg: true }).toBuffer());
