import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { activationSheet } from '../../src/report/activation-sheet.js';
import { toPng } from '../../src/report/figure.js';
import { filterSheet } from '../../src/report/filter-sheet.js';
import { shownText } from './shown-text.js';

const filters = (...shape: [number, number, number, number]) => {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * i));
  return { data, shape };
};

/** The pixels of the pictures in a sheet. */
async function pixels(svg: string) {
  const files = [...svg.matchAll(/data:image\/png;base64,([^"]+)"/g)].map(([, data]) => Buffer.from(data!, 'base64'));
  return Promise.all(files.map((file) => sharp(file).raw().toBuffer({ resolveWithObject: true })));
}

describe('filterSheet', () => {
  it('draws a weight as a square: white at 0, the same strength either way', async () => {
    const [cell] = await pixels(
      await filterSheet('conv1', { data: Float32Array.of(0, 0.5, -0.5, 0.25), shape: [1, 1, 2, 2] }),
    );
    const { data, info } = cell!;
    const at = (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)];
    const [low, high] = [Math.round(info.width / 4), Math.round((info.width * 3) / 4)];
    expect(at(low, low)).toEqual([255, 255, 255]);
    expect(at(high, low)).toEqual([196, 78, 0]);
    expect(at(low, high)).toEqual([0, 84, 156]);
    expect(at(high, high)).toEqual([226, 167, 128]);
  });

  it.each([
    ['one channel', filters(16, 1, 7, 7), /16 filters of 7 × 7 over 1 channel; a square a filter/, 16],
    ['colours', filters(8, 3, 7, 7), /each as its 3 kernels, one an input channel/, 8],
    ['a table', filters(16, 16, 5, 5), /a row a filter, a column an input channel/, 1],
    ['many channels', filters(20, 40, 3, 3), /of each the 4 kernels of largest norm, their input channels below/, 20],
    ['many filters', filters(80, 20, 1, 1), /80 filters of 1 × 1 over 20 channels, the first 64 shown/, 64],
  ])('%s', async (_, layer, words, count) => {
    const svg = await filterSheet('layer1.0.conv1', layer);
    const text = shownText(svg).replace(/\s+/g, ' ');
    expect(text).toContain('Filters of layer1.0.conv1');
    expect(text.replaceAll('\n', ' ')).not.toContain('NaN');
    expect(svg.match(/<image /g)?.length).toBe(count);
    const said = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, line]) => line).join(' ');
    expect(said).toMatch(words);
    expect(toPng(svg, 1).length).toBeGreaterThan(1000);
  });

  it('shows of many input channels the strongest, strongest first, each by its own measure', async () => {
    const data = new Float32Array(40).fill(0.1);
    [data[7], data[3], data[19], data[11]] = [0.8, -0.5, 0.3, 0.2];
    // What is 300 times as large in all filters alike is no stronger.
    data[5] = data[25] = 30;
    expect(await filterSheet('mix', { data, shape: [2, 20, 1, 1] })).toContain('>7 3 19 11<');
  });

  it('draws filters that are all 0', async () => {
    const svg = await filterSheet('dead', { data: new Float32Array(9), shape: [1, 1, 3, 3] });
    expect(svg).not.toContain('NaN');
  });
});

describe('activationSheet', () => {
  const input = { name: 'made.png', channels: 1 as const, height: 4, width: 3, planes: new Float32Array(12).fill(128) };

  it('draws the picture and each channel on a scale of its own', async () => {
    const maps = Float32Array.of(0, 1, 2, 4, 0, 0, 0, 0);
    const svg = await activationSheet(
      { name: 'conv1', activation: 'Relu', channels: 2, height: 2, width: 2, maps },
      input,
    );
    const [, first, second] = await pixels(svg);
    const { data, info } = first!;
    const grey = (x: number, y: number) =>
      data[3 * (Math.floor(y * info.height) * info.width + Math.floor(x * info.width))];
    expect([grey(0.2, 0.2), grey(0.7, 0.2), grey(0.2, 0.7), grey(0.7, 0.7)]).toEqual([0, 64, 128, 255]);
    expect(second!.data.every((value) => value === 0)).toBe(true);
    expect(svg).toContain('2 channels of 2 × 2, after Relu');
    expect(svg).toContain('4.00');
    expect(svg).toContain('silent');
  });

  it('draws values of both signs in colours, and 64 channels at most', async () => {
    const maps = Float32Array.from({ length: 70 }, (_, i) => (i === 0 ? -1 : 1));
    const svg = await activationSheet({ name: 'conv2', channels: 70, height: 1, width: 1, maps }, input);
    const drawn = await pixels(svg);
    expect(drawn.length).toBe(65);
    expect([...drawn[1]!.data.subarray(0, 3)]).toEqual([0, 84, 156]);
    expect([...drawn[2]!.data.subarray(0, 3)]).toEqual([196, 78, 0]);
    expect(svg).toContain('the first 64 shown');
  });
});
