import { breakdown, otherMean, type Share, tagOf } from './breakdown.js';
import { type ErrorMeasure, faceMeasure } from './error-measure.js';
import type { FaceCell } from './face-cell.js';
import { bareFigure } from './figure.js';
import { type Html, html, raw } from './html.js';
import { legend } from './legend.js';
import { pictureLegend } from './marks.js';
import { count, number } from './number.js';
import { drawn, table } from './page.js';
import type { RunFolder } from './read-run.js';
import { tagSentence } from './tag-sentence.js';

/** Predictions as cells that flow with the page's width. */
export function predictionCells(cells: readonly FaceCell[], contours: boolean, order: string): Html | undefined {
  if (cells.length === 0) return undefined;
  const width = 340;
  const key = legend(pictureLegend({ prediction: true, contours }), width);
  const label = 'Truth: green dots. Prediction: red crosses.';
  return html`<p>${count(cells.length)} of the validation pictures, ${order}.</p>
${raw(bareFigure({ ...key, width }, label))}
<div class="cells">${cells.map((cell) => raw(bareFigure(cell, cell.label)))}</div>
`;
}

/** The errors by a tag, such as `view`: in a sentence, in numbers and drawn. */
export function byTag(run: RunFolder, tag: string, svg: string | undefined): Html {
  const measure = faceMeasure(run);
  const shares = breakdown(run.predictions, (face) => tagOf(face, tag), measure);
  return html`<h3>By ${tag}</h3>
<p>${tagSentence(tag, shares, measure)}</p>
<div class="pair">${shareTable(tag, shares, measure)}${drawn(svg)}</div>
`;
}

function shareTable(name: string, shares: readonly Share[], measure: ErrorMeasure): Html {
  const { unit } = measure;
  const others = shares.map((share) => otherMean(share, measure));
  const other = unit === '%' ? 'mean (px)' : 'mean NME (%)';
  const known = others.some((value) => value !== undefined);
  return table(
    [name, 'faces', ...['mean', 'median', 'worst'].map((head) => `${head} (${unit})`), ...(known ? [other] : [])],
    shares.map(({ value, faces, mean, median, worst }, i) => [
      value,
      count(faces.length),
      ...[mean, median, worst].map(number),
      ...(known ? [number(others[i])] : []),
    ]),
  );
}
