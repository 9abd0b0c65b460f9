import { faceMeasure } from './error-measure.js';
import { type FaceCell, faceCell } from './face-cell.js';
import { figure } from './figure.js';
import { grid } from './grid.js';
import { html } from './html.js';
import { pictureLegend } from './marks.js';
import type { Prediction } from './read-predictions.js';
import type { RunFolder } from './read-run.js';

/** The validation faces that were predicted best and worst, as cells to lay out. */
export interface Gallery {
  /** Best first. */
  readonly best: readonly FaceCell[];
  /** Worst first. */
  readonly worst: readonly FaceCell[];
}

/** @param each how many of either; fewer where there are not twice as many faces, so that no face is in both */
export async function gallery(run: RunFolder, each = 8): Promise<Gallery> {
  const measure = faceMeasure(run);
  const ascending = [...run.predictions].sort((a, b) => measure.of(a) - measure.of(b));
  const n = Math.min(each, Math.ceil(ascending.length / 2));
  const draw = (faces: readonly Prediction[]) => Promise.all(faces.map((face) => faceCell(run, face)));
  return {
    best: await draw(ascending.slice(0, n)),
    worst: await draw(ascending.slice(Math.max(n, ascending.length - n)).reverse()),
  };
}

/** Both side by side as one SVG: two columns of the best left, two of the worst right. Undefined without predictions. */
export function gallerySheet({ best, worst }: Gallery, contours: boolean): string | undefined {
  if (best.length === 0) return undefined;
  const halves = [grid(best, 2), grid(worst, 2)] as const;
  const heading = 26;
  const gap = 20;
  const width = halves[0].width + gap + halves[1].width;
  const half = (at: number, title: string, body: (typeof halves)[number]['body']) =>
    html`<g transform="translate(${at},0)"><text x="10" y="16" font-size="14" font-weight="bold">${title}</text><g transform="translate(0,${heading})">${body}</g></g>`;
  const body = html`${half(0, `The ${best.length} best`, halves[0].body)}${worst.length > 0 && half(halves[0].width + gap, `The ${worst.length} worst`, halves[1].body)}`;
  const height = heading + Math.max(halves[0].height, halves[1].height);
  return figure([{ width, height, body }], {
    title: 'Best and worst predictions on the validation pictures',
    legend: pictureLegend({ prediction: true, contours }),
    width,
  });
}
