import { basename, dirname } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { InputError, reason } from '../../errors.js';
import { writeWhole } from '../../files.js';
import { readAnnotation } from '../folder.js';
import type { Markup } from '../markup.js';
import { quoted } from '../quoted.js';
import type { Dataset, Sample } from '../sample.js';
import { type CsvColumns, csvColumns } from './csv-columns.js';
import { type Face, samplesOf } from './faces.js';
import type { Format, ReadOptions, WriteOptions } from './format.js';
import { eachHeld } from './held.js';
import { withoutExtension } from './known-sets.js';
import { pictureLocator, pictureReference } from './locate-pictures.js';
import { pixels, rounded } from './numbers.js';
import { reporting } from './problem.js';
import { recogniseMarkup } from './recognise-markup.js';

/**
 * Reads a table of points, comma-separated: a row a face, first the picture, then x and y of each point. Columns are headed
 * by numbers (as Udacity's YouTube faces), `x0,y0,…` (as `fiducial predict --csv` writes), `NAME_x,NAME_y,…` (as Kaggle's
 * facial keypoints) or not at all; a column `group` says which pictures belong together, such as those of a person. A point whose two cells are empty is not annotated: its `visible` is 0. The box of a face
 * is the one around its points. Throws an InputError that names file and line.
 */
export async function readCsvPoints(file: string, options: ReadOptions = {}): Promise<Dataset> {
  const { onProblem } = options;
  const [first, ...others] = readRows(await readAnnotation(file), file);
  if (!first) throw new InputError(`${file}: has no rows; get the file again`);
  const columns = csvColumns(first.record, `${file}:${first.info.lines}`);
  const markup = recogniseMarkup(
    { count: columns.points.length, ...(columns.named && { names: columns.points.map(({ name }) => name) }) },
    options.markup,
    file,
  );
  const order = pointOrder(columns, markup, `${file}:${first.info.lines}`);
  const locate = pictureLocator(options.pictures ?? dirname(file));
  const faces = (columns.header ? others : [first, ...others]).flatMap(({ record, info }): Face[] => {
    const where = `${file}:${info.lines}`;
    const face = reporting(onProblem, (): Face => {
      if (record.length !== first.record.length) {
        throw new InputError(
          `${where}: has ${record.length} cells, where the first row has ${first.record.length}; mend it or remove the row`,
        );
      }
      const name = record[0]!;
      if (name === '') throw new InputError(`${where}: names no picture; put it into the first cell or remove the row`);
      const group = columns.group === undefined ? '' : record[columns.group]!;
      const points = pointsOf(record, order, where);
      return { where, name, picture: locate(name), ...(group && { group }), ...points };
    });
    return face ? [face] : [];
  });
  return { name: withoutExtension(basename(file)), markup, ...(await samplesOf(faces, file, onProblem)) };
}

interface Row {
  readonly record: string[];
  /** `lines`: the line that the row ends on. */
  readonly info: { readonly lines: number };
}

function readRows(text: string, file: string): Row[] {
  try {
    return parse(text, {
      info: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as Row[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError(`${file}:${error.lines ?? 1}: is not comma-separated text (${reason(error)}); mend it there`);
  }
}

type Column = CsvColumns['points'][number];

/** The columns in the order of the markup's points. */
function pointOrder({ points, named }: CsvColumns, markup: Markup, where: string): Column[] {
  if (!named) return [...points];
  return markup.points.map((name) => {
    const column = points.find((candidate) => candidate.name === name);
    if (column) return column;
    throw new InputError(
      `${where}: has no columns for the point ${quoted(name)} of the markup ${quoted(markup.name)}; add or rename them`,
    );
  });
}

function pointsOf(
  record: readonly string[],
  order: readonly Column[],
  where: string,
): Pick<Face, 'points' | 'visible'> {
  const points = new Float32Array(2 * order.length);
  const visible = new Uint8Array(order.length).fill(2);
  order.forEach(({ name, x, y }, i) => {
    if (record[x] === '' && record[y] === '') {
      visible[i] = 0;
      return;
    }
    points[2 * i] = pixels(record[x], where, `x of point ${name}`);
    points[2 * i + 1] = pixels(record[y], where, `y of point ${name}`);
  });
  return { points, ...(visible.includes(0) && { visible }) };
}

/**
 * Writes it, with three decimals and pictures named relative to the file. Columns are `name,x0,y0,…`; they bear the points'
 * names where reading could not tell the markup otherwise. Boxes, groups and tags are not held, nor is which points are
 * hidden; a face without points is a problem.
 */
export async function writeCsvPoints(dataset: Dataset, file: string, { onProblem }: WriteOptions = {}): Promise<void> {
  const { markup } = dataset;
  const refer = pictureReference(dirname(file));
  const unnamed = recogniseMarkup({ count: markup.points.length }, undefined, file);
  const numbered = markup.points.every((name, i) => name === unnamed.points[i]);
  const header = markup.points.flatMap((name, i) => (numbered ? [`x${i}`, `y${i}`] : [`${name}_x`, `${name}_y`]));
  const rows = eachHeld(dataset, onProblem, ({ id, picture, points, visible }: Sample) => {
    if (!points)
      throw new InputError(`${id}: has no points, which csv needs; write dlib-xml or coco, which hold boxes`);
    return [refer(picture), ...Array.from(points, (value, i) => (visible?.[i >> 1] === 0 ? '' : rounded(value, 3)))];
  });
  writeWhole(file, stringify([['name', ...header], ...rows.map(({ written }) => written)]));
}

export const csvPoints: Format = {
  name: 'csv',
  about: 'comma-separated: a row a face, picture, then x and y of each point, three decimals',
  ending: '.csv',
  files: 'one',
  read: readCsvPoints,
  write: writeCsvPoints,
};
