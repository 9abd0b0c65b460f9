import type { Contour } from '../data/markup.js';
import type { StudyExample } from '../evaluate/study.js';
import type { Box } from '../image/box.js';
import { boxAround } from '../image/box.js';
import { figure } from './figure.js';
import { grid } from './grid.js';
import { pictureLegend } from './marks.js';
import { pictureCell, squareRound } from './picture-cell.js';

const cellWidth = 160;

/** Rows of examples; all cells of a row show the same part of its pictures' plane. */
export async function exampleStrip(
  rows: readonly (readonly StudyExample[])[],
  contours: readonly Contour[],
  { title, note }: { readonly title: string; readonly note: string },
): Promise<string> {
  const cells = rows.map((row) => {
    const same = row.every(({ picture }) => picture === row[0]!.picture);
    const rowWindow = windowRound(row);
    return row.map((example) => {
      const { picture, crop, truths, predicted, caption } = example;
      const window = same ? rowWindow : windowRound([example]);
      return pictureCell({ picture, window, crop, truths, predicted, contours, text: [caption] }, cellWidth);
    });
  });
  const columns = Math.max(...rows.map((row) => row.length));
  const sheet = grid(await Promise.all(cells.flat()), columns);
  const legend = pictureLegend({ prediction: true, contours: contours.length > 0 });
  return figure([sheet], { title, note, legend, width: sheet.width });
}

/** All that the networks saw, and all points. */
const windowRound = (row: readonly StudyExample[]): Box =>
  squareRound(
    row.flatMap(({ crop, truths }) => [crop, ...truths.map(boxAround)]),
    1.04,
  );
