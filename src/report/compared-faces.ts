import type { ComparedRun } from './compared-run.js';
import { faceMeasure } from './error-measure.js';
import { faceCell } from './face-cell.js';
import { bareFigure } from './figure.js';
import { type Html, html, raw } from './html.js';
import { legend } from './legend.js';
import { pictureLegend } from './marks.js';
import { type SharedFace, sharedFaces } from './same-faces.js';

/** A row a face, a column a run: the same part of the same picture, with each run's points. Undefined where no face is shared. */
export async function comparedFaces(all: readonly ComparedRun[]): Promise<Html | undefined> {
  const [first] = all.filter(({ run }) => run.predictions.length > 0);
  if (first === undefined) return undefined;
  const runs = all.filter((each) => sharedFaces([first.run, each.run]).length > 0);
  const rows = chosen(sharedFaces(runs.map(({ run }) => run)), faceMeasure(first.run).of);
  if (rows.length === 0) return undefined;
  const drawn = await Promise.all(
    rows.map(async ({ rank, face }) => {
      const cells = await Promise.all(runs.map(({ run }, i) => faceCell(run, face[i]!, face)));
      return html`<h3>${rank} of ${first.name}</h3>
<div class="beside">${cells.map((cell, i) => html`<figure><figcaption>${runs[i]!.name}</figcaption>${raw(bareFigure(cell, `${runs[i]!.name}: ${cell.label}`))}</figure>`)}</div>
`;
    }),
  );
  const width = 340;
  const contours = runs.some(({ run }) => run.points.contours.length > 0);
  const key = legend(pictureLegend({ prediction: true, contours }), width);
  return html`${raw(bareFigure({ ...key, width }, 'Truth: green dots. Prediction: red crosses.'))}
${drawn}`;
}

/** By the first run's error; a face stands once, though there be few. */
function chosen(faces: readonly SharedFace[], error: (face: SharedFace[number]) => number) {
  const ascending = [...faces].sort((a, b) => error(a[0]!) - error(b[0]!));
  const last = ascending.length - 1;
  const places: [rank: string, at: number][] = [
    ['Worst', last],
    ['Second worst', last - 1],
    ['Median', Math.floor(last / 2)],
    ['Best', 0],
  ];
  return places.flatMap(([rank, at], i) =>
    at < 0 || places.slice(0, i).some(([, taken]) => taken === at) ? [] : [{ rank, face: ascending[at]! }],
  );
}
