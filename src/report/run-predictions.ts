import { breakdown, type Share, tagOf } from './breakdown.js';
import type { FaceCell } from './face-cell.js';
import { bareFigure, figureWidth } from './figure.js';
import { type Html, html, raw } from './html.js';
import { legend } from './legend.js';
import { pictureLegend } from './marks.js';
import { count, quantity } from './number.js';
import { drawn, table } from './page.js';
import type { RunFolder } from './read-run.js';
import { tagSentence } from './tag-sentence.js';

/** Predictions as cells that flow with the page's width. */
export function predictionCells(cells: readonly FaceCell[], contours: boolean, order: string): Html | undefined {
  if (cells.length === 0) return undefined;
  const key = legend(pictureLegend({ prediction: true, contours }), figureWidth);
  const label = 'Truth: green dots. Prediction: red crosses.';
  return html`<p>${count(cells.length)} of the validation pictures, ${order}.</p>
${raw(bareFigure({ ...key, width: figureWidth }, label))}
<div class="cells">${cells.map((cell) => raw(bareFigure(cell, cell.label)))}</div>
`;
}

/** The errors by a tag, such as `view`: in a sentence, in numbers and drawn. */
export function byTag({ predictions }: RunFolder, tag: string, svg: string | undefined): Html {
  const shares = breakdown(predictions, (face) => tagOf(face, tag));
  return html`<h3>By ${tag}</h3>
<p>${tagSentence(tag, shares)}</p>
<div class="pair">${shareTable(tag, shares)}${drawn(svg)}</div>
`;
}

function shareTable(name: string, shares: readonly Share[]): Html {
  const normalised = shares.some(({ nme }) => nme !== undefined);
  return table(
    [name, 'faces', 'mean', 'median', 'worst', ...(normalised ? ['mean NME'] : [])],
    shares.map(({ value, faces, mean, median, worst, nme }) => [
      value,
      count(faces.length),
      ...[mean, median, worst].map((error) => quantity(error, 'px')),
      ...(normalised ? [quantity(nme, '%')] : []),
    ]),
  );
}
