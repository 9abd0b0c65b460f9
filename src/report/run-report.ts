import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { writeWhole } from '../files.js';
import { tagsOf } from './breakdown.js';
import { runCalibration } from './calibration-curve.js';
import { cumulativeError } from './cumulative-error.js';
import { errorByGroup } from './error-by-group.js';
import { errorByPoint } from './error-by-point.js';
import { errorByTag } from './error-by-tag.js';
import { saveFigure } from './figure.js';
import { folderFiles } from './folder-files.js';
import { gallery, gallerySheet } from './gallery.js';
import { html } from './html.js';
import { hyperparameters } from './hyperparameters.js';
import { lossCurves } from './loss-curves.js';
import { drawn, embedded, page, properties, section } from './page.js';
import { figuresNamed, readRun } from './read-run.js';
import { readSweep } from './read-sweep.js';
import { byTag, predictionCells } from './run-predictions.js';
import { runHead, whatWasTrained } from './run-summary.js';
import { slug } from './text.js';

/**
 * Draws all figures of a run into its `figures/` and writes `report.html`, one self-contained page; also of a run that is
 * still in training, with what there is. Returns the page's path.
 * @param options.sweep the folder of a sweep whose figures shall stand under Hyperparameters
 * Throws an InputError that names the file and line that cannot be read, or the file that cannot be written.
 */
export async function writeRunReport(folder: string, { sweep }: { readonly sweep?: string } = {}): Promise<string> {
  const run = readRun(folder);
  const figures = join(folder, 'figures');
  const save = (name: string, svg: string | undefined): string | undefined => {
    if (svg !== undefined) saveFigure(figures, name, svg);
    return svg;
  };
  if (sweep !== undefined) {
    const swept = readSweep(sweep);
    for (const key of Object.keys(swept.over)) save(`hyperparameters-${slug(key)}`, hyperparameters(swept, key));
  }
  const curves = save('loss-curves', lossCurves(run));
  const cumulative = save('cumulative-error', cumulativeError([run]));
  const groups = save('error-by-group', errorByGroup(run));
  const points = save('error-by-point', errorByPoint(run));
  const tags = tagsOf(run.predictions).map((tag) => ({
    tag,
    svg: save(`error-by-${slug(tag)}`, errorByTag(run, tag)),
  }));
  const calibration = save('calibration', runCalibration(run)?.svg);
  const faces = await gallery(run);
  const contours = run.points.contours.length > 0;
  save('predictions', gallerySheet(faces, contours));

  const samples = join(folder, 'samples.png');
  const swept = figuresNamed(folder, 'hyperparameters');
  const features = figuresNamed(folder, 'features-');
  const file = join(folder, 'report.html');
  const body = [
    runHead(run),
    whatWasTrained(run),
    section('Samples', existsSync(samples) && embedded(samples, 'Training samples as the network sees them', true)),
    section('Model architecture', run.summary !== undefined && html`<pre class="layers">${run.summary}</pre>`),
    section('Loss curves', drawn(curves)),
    section('Hyperparameters', swept.length > 0 && swept.map((each) => embedded(each, nameOf(each)))),
    section('Correct predictions', predictionCells(faces.best, contours, 'best first')),
    section('Incorrect predictions', predictionCells(faces.worst, contours, 'worst first')),
    section(
      'Why they fail',
      tags.length > 0 && tags.map(({ tag, svg }) => byTag(run, tag, svg)),
      [cumulative, groups, points].some((svg) => svg !== undefined) &&
        html`<h3>How many fail, and where</h3><div class="pair">${[cumulative, groups, points].map(drawn)}</div>`,
    ),
    section('How sure it is', drawn(calibration)),
    section(
      'Learned features',
      features.length > 0 && features.map((each) => html`<h3>${nameOf(each)}</h3>${embedded(each, nameOf(each))}`),
    ),
    section('Files', properties(folderFiles(folder))),
  ];
  writeWhole(file, page(`${run.info.name} · ${basename(resolve(folder))}`, body));
  return file;
}

/** `figures/features-conv1.svg` is `conv1`. */
const nameOf = (file: string): string =>
  basename(file)
    .replace(/\.\w+$/, '')
    .replace(/^features-/, '')
    .replaceAll('-', ' ');
