import { figure, figureWidth, type Panel } from './figure.js';
import { grid } from './grid.js';
import { html } from './html.js';
import { counted } from './number.js';
import { type Colour, drawValues, fillRectangle, raster, rasterImage } from './raster.js';
import { largest, signedColour, signedScale } from './value-colours.js';

/** The filters of one convolution. */
export interface Filters {
  readonly data: Float32Array;
  /** Output channels, input channels, height, width; `data` is row-major. */
  readonly shape: readonly [out: number, input: number, height: number, width: number];
}

/** How many filters a sheet shows at most. */
export const mostFilters = 64;
/** Up to this many input channels each filter is a row of all its kernels. */
const widest = 16;
/** How many kernels of a wider filter are shown. */
const strongest = 4;

/** A filter and which of its kernels, one an input channel, are shown. */
interface Row {
  readonly filter: number;
  readonly inputs: readonly number[];
}

/**
 * A sheet of a layer's filters, as SVG. Filters and channels are numbered from 0. Inner layers' weights are shown in units of
 * their input channel's: how large these are says only how small the channel's numbers are, above all where batch norm
 * is folded into them, and a channel that hardly varies would hide all others.
 */
export async function filterSheet(name: string, layer: Filters): Promise<string> {
  const inner = layer.shape[1] > strongest;
  const filters = inner ? byChannel(layer) : layer;
  const [out, input, height, width] = filters.shape;
  const most = largest(filters.data);
  const rows = Array.from({ length: Math.min(out, mostFilters) }, (_, filter): Row => {
    return { filter, inputs: input <= widest ? indices(input) : strongestInputs(filters, filter) };
  });
  const shown =
    input > strongest && input <= widest ? await table(filters, rows, most) : await cells(filters, rows, most);
  const kernels =
    input === 1
      ? 'a square a filter'
      : input <= strongest
        ? `each as its ${input} kernels, one an input channel`
        : input <= widest
          ? 'a row a filter, a column an input channel'
          : `of each the ${strongest} kernels of largest norm, their input channels below`;
  const all = `${counted(out, 'filter')} of ${height} × ${width} over ${counted(input, 'channel')}`;
  const part = out > mostFilters ? `, the first ${mostFilters} shown` : '';
  return figure([signedScale(most), shown], {
    title: `Filters of ${name}`,
    note: `${all}${part}; ${kernels}. Numbered from\u00a00.${inner ? ' Weights in units of the root mean square of their input channel.' : ''}`,
    width: Math.max(figureWidth, shown.width),
  });
}

const indices = (length: number): number[] => Array.from({ length }, (_, i) => i);

function kernel({ data, shape: [, input, height, width] }: Filters, filter: number, channel: number): Float32Array {
  const start = (filter * input + channel) * height * width;
  return data.subarray(start, start + height * width);
}

/** The same filters, the weights of each input channel divided by their root mean square over all filters. */
function byChannel({ data, shape }: Filters): Filters {
  const [out, input, height, width] = shape;
  const size = height * width;
  const squares = new Float64Array(input);
  const channelOf = (i: number) => Math.floor(i / size) % input;
  for (const [i, weight] of data.entries()) squares[channelOf(i)]! += weight ** 2;
  const roots = squares.map((sum) => Math.sqrt(sum / (out * size)) || 1);
  return { data: data.map((weight, i) => weight / roots[channelOf(i)]!), shape };
}

function strongestInputs(filters: Filters, filter: number): number[] {
  const norm = indices(filters.shape[1]).map((channel) => Math.hypot(...kernel(filters, filter, channel)));
  return indices(norm.length)
    .sort((a, b) => norm[b]! - norm[a]!)
    .slice(0, strongest);
}

const frame: Colour = [170, 170, 170];

/** Kernels in rows, each in a thin frame, for white is a value too. */
function drawKernels(filters: Filters, rows: readonly Row[], scale: number, gap: number, most: number) {
  const [, , height, width] = filters.shape;
  const [w, h] = [width * scale + 2, height * scale + 2];
  const columns = Math.max(...rows.map(({ inputs }) => inputs.length));
  const sheet = raster(columns * (w + gap) - gap, rows.length * (h + gap) - gap);
  for (const [y, { filter, inputs }] of rows.entries()) {
    for (const [x, channel] of inputs.entries()) {
      const [left, top] = [x * (w + gap), y * (h + gap)];
      fillRectangle(sheet, left, top, w, h, frame);
      const at = { left: left + 1, top: top + 1, scale };
      drawValues(sheet, at, kernel(filters, filter, channel), width, (value) => signedColour(value, most));
    }
  }
  return { sheet, stepX: w + gap, stepY: h + gap };
}

/** Enlarged by a whole factor, so that each weight is a square. */
const enlarged = (extent: number, to: number): number => Math.max(1, Math.round(to / extent));

async function table(filters: Filters, rows: readonly Row[], most: number): Promise<Panel> {
  const { sheet, stepX, stepY } = drawKernels(filters, rows, enlarged(filters.shape[3], 26), 3, most);
  const [left, top] = [76, 36];
  const text = (x: number, y: number, words: string, anchor = 'middle') =>
    html`<text x="${x}" y="${y}" font-size="12" text-anchor="${anchor}">${words}</text>`;
  const body = html`${text(left, 12, 'input channel', 'start')}${rows[0]!.inputs.map((channel, i) => text(left + (i + 0.5) * stepX, top - 7, `${channel}`))}${rows.map(({ filter }, i) => text(left - 6, top + (i + 0.5) * stepY + 3, i === 0 ? `filter ${filter}` : `${filter}`, 'end'))}<g transform="translate(${left},${top})">${await rasterImage(sheet)}</g>`;
  return { width: left + sheet.width + 10, height: top + sheet.height + 10, body };
}

async function cells(filters: Filters, rows: readonly Row[], most: number): Promise<Panel> {
  const [, input, , width] = filters.shape;
  const scale = enlarged(width, input === 1 ? 49 : 24);
  const drawn = rows.map(async (row): Promise<Panel> => {
    const { sheet } = drawKernels(filters, [row], scale, 3, most);
    const lines = input > widest ? [`${row.filter}`, row.inputs.join(' ')] : [`${row.filter}`];
    // Room for three digits a channel.
    const wide = Math.max(sheet.width, ...lines.map((line) => line.length * 6.5));
    const text = lines.map(
      (line, i) =>
        html`<text y="${sheet.height + 14 + 13 * i}" font-size="${i === 0 ? 12 : 10}"${i > 0 && html` opacity="0.75"`}>${line}</text>`,
    );
    return {
      width: wide,
      height: sheet.height + 6 + 13 * lines.length,
      body: html`${await rasterImage(sheet)}${text}`,
    };
  });
  return grid(await Promise.all(drawn), input > widest ? 6 : 8);
}
