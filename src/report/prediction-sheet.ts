import type { Contour } from '../data/markup.js';
import { readPicture } from '../data/read-picture.js';
import type { Sample } from '../data/sample.js';
import { type Box, boxAround } from '../image/box.js';
import { type Crop, cropRectangle } from '../image/crop.js';
import { figure } from './figure.js';
import { grid } from './grid.js';

import { pictureLegend } from './marks.js';
import { pictureCell, squareRound } from './picture-cell.js';

/** A face with what was found in it. */
export interface FoundInPicture {
  readonly source: Pick<Sample, 'picture' | 'draw'>;
  /** Where the face is, in the picture's pixels. */
  readonly box: Box;
  /** (x, y) pairs in the picture's pixels, [2·n]. */
  readonly predicted: Float32Array;
  readonly truth?: Float32Array;
  /** Lines below it, the first bold. */
  readonly text: readonly string[];
}

const cellWidth = 210;
/** A little more than the network saw, so that points outside are seen. */
const round = 1.12;

/**
 * Many faces with their points, of pictures of any size, as SVG.
 * @param options.crop what the network saw round each box
 */
export async function predictionSheet(
  faces: readonly FoundInPicture[],
  contours: readonly Contour[],
  { title, note, crop }: { readonly title: string; readonly note?: string; readonly crop: Crop },
): Promise<string> {
  const cells = [];
  // One picture after the other: they may be large.
  for (const { source, box, predicted, truth, text } of faces) {
    const picture = await readPicture(source, { channels: 3 });
    const cell = {
      picture,
      // Of whole pictures, faces are a part that is better seen closer.
      window:
        crop.kind === 'picture' && predicted.length > 2
          ? squareRound([boxAround(predicted), boxAround(truth ?? predicted)], 1.5)
          : squareRound([cropRectangle(crop, picture, box)], round),
      predicted,
      ...(truth ? { truths: [truth] } : {}),
      contours,
      text,
    };
    cells.push(await pictureCell(cell, cellWidth));
  }
  const sheet = grid(cells, cells.length > 12 ? 5 : 4);
  const truths = faces.some(({ truth }) => truth);
  const entries = pictureLegend({ prediction: true, contours: contours.length > 0 });
  const shown = entries.filter(({ key }) => truths || key === 'cross');
  return figure([sheet], { title, note, legend: shown, width: Math.max(sheet.width, 460) });
}
