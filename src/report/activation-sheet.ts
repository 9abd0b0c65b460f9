import { figure, figureWidth, type Panel } from './figure.js';
import { grid } from './grid.js';
import { html } from './html.js';
import { counted, number } from './number.js';
import { drawValues, type Raster, raster, rasterImage } from './raster.js';
import { greyColour, largest, signedColour } from './value-colours.js';

/** What one convolution gave for a picture. */
export interface ActivationMaps {
  readonly name: string;
  /** The operator of the activation function it went through. */
  readonly activation?: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** [channels, height, width] */
  readonly maps: Float32Array;
}

/** The picture as the network is fed it. */
export interface ShownInput {
  readonly name: string;
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  /** [channels, height, width], 0 to 255 */
  readonly planes: Float32Array;
}

/** How many channels a sheet shows at most. */
const mostChannels = 64;
const cellWidth = 110;

/** A sheet of what a layer gave for a picture, a cell a channel, as SVG. Channels are numbered from 0. */
export async function activationSheet(layer: ActivationMaps, input: ShownInput): Promise<string> {
  const { name, activation, channels, height, width, maps } = layer;
  const signed = maps.some((value) => value < 0);
  const shown = Array.from({ length: Math.min(channels, mostChannels) }, (_, channel) => {
    const map = maps.subarray(channel * height * width, (channel + 1) * height * width);
    return cell(map, width, height, channel, signed);
  });
  const sheet = grid(await Promise.all(shown), 8);
  const after = activation ? `after ${activation}` : 'before any activation function';
  const part = channels > mostChannels ? `, the first ${mostChannels} shown` : '';
  const colours = signed
    ? 'blue below 0, white 0, orange above, full at the largest distance from 0'
    : 'black 0, white the largest value';
  return figure([await inputPanel(input), sheet], {
    title: `Activations of ${name}`,
    note: `${counted(channels, 'channel')} of ${height} × ${width}${part}, ${after}. Each on its own scale: ${colours}, which stands below. Numbered from 0.`,
    width: Math.max(figureWidth, sheet.width),
  });
}

async function cell(
  map: Float32Array,
  width: number,
  height: number,
  channel: number,
  signed: boolean,
): Promise<Panel> {
  const scale = Math.max(1, Math.round(cellWidth / width));
  const drawn = raster(width * scale, height * scale);
  const most = largest(map);
  drawValues(drawn, { left: 0, top: 0, scale }, map, width, (value) =>
    signed ? signedColour(value, most) : greyColour(value, most),
  );
  return captioned(drawn, html`<tspan font-weight="bold">${channel}</tspan> ${most > 0 ? number(most) : 'silent'}`);
}

async function captioned(drawn: Raster, caption: ReturnType<typeof html>): Promise<Panel> {
  const height = (cellWidth * drawn.height) / drawn.width;
  return {
    width: cellWidth,
    height: height + 18,
    body: html`${await rasterImage(drawn, cellWidth)}<text y="${height + 13}" font-size="12">${caption}</text>`,
  };
}

async function inputPanel({ name, channels, height, width, planes }: ShownInput): Promise<Panel> {
  const scale = Math.max(1, Math.round((2 * cellWidth) / width));
  const drawn = raster(width * scale, height * scale);
  const size = width * height;
  const places = Float32Array.from({ length: size }, (_, i) => i);
  drawValues(drawn, { left: 0, top: 0, scale }, places, width, (i) => {
    const [red, green, blue] = [0, 1, 2].map((c) => planes[(c % channels) * size + i]!) as [number, number, number];
    return [red, green, blue];
  });
  const { height: high, body } = await captioned(drawn, html`${name}, as the network sees it`);
  return { width: cellWidth, height: high + 10, body: html`<g transform="translate(10,0)">${body}</g>` };
}
