import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sharp } from 'sharp';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { decodePicture, pictureSize } from '../../src/image/decode.js';
import { encodePicture } from '../../src/image/encode.js';
import { temporaryFolder } from '../temporary.js';
import { madePicture, pngHeader } from './made-pictures.js';

const folder = temporaryFolder();

function write(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

const save = async (name: string, image: Sharp) => write(name, await image.toBuffer());

const raw = (channels: 1 | 2 | 3 | 4, width: number, ...samples: number[]) =>
  sharp(Buffer.from(samples), { raw: { width, height: samples.length / channels / width, channels } });

const colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30];
const four = () => raw(3, 2, ...colours);
const greys = (...values: number[]) => values.flatMap((value) => [value, value, value]);

describe('formats', () => {
  const exact: [string, () => Sharp][] = [
    ['8-bit.png', () => four().png()],
    ['16-bit.png', () => four().toColourspace('rgb16').png()],
    ['palette.png', () => four().png({ palette: true })],
    ['interlaced.png', () => four().png({ progressive: true })],
    ['lossless.webp', () => four().webp({ lossless: true })],
    ['palette.gif', () => four().gif()],
    ['plain.tif', () => four().tiff({ compression: 'none' })],
  ];
  it.each(exact)('%s keeps its colours, and its grey is the luma of Pillow', async (name, image) => {
    const file = await save(name, image());
    expect([...(await decodePicture(file, { channels: 3 })).data]).toEqual(colours);
    expect(await decodePicture(file, { channels: 1 })).toEqual({
      width: 2,
      height: 2,
      channels: 1,
      data: Uint8Array.of(76, 150, 29, 18),
    });
  });

  // Colours of skin and such, which ink can show too, if paler and less black.
  const muted = [200, 150, 120, 90, 60, 50, 120, 140, 110, 230, 225, 220];
  it.each<[string, (image: Sharp) => Sharp]>([
    ['plain.jpg', (image) => image.jpeg({ quality: 100, chromaSubsampling: '4:4:4' })],
    ['cmyk.jpg', (image) => image.toColourspace('cmyk').jpeg({ quality: 100, chromaSubsampling: '4:4:4' })],
    ['cmyk.tif', (image) => image.toColourspace('cmyk').tiff({ compression: 'none' })],
  ])('%s comes back near its colours', async (name, encode) => {
    const { data } = await decodePicture(await save(name, encode(raw(3, 2, ...muted))), { channels: 3 });
    expect(data.length).toBe(12);
    for (const [i, sample] of data.entries()) expect(Math.abs(sample - muted[i]!)).toBeLessThan(40);
  });

  it.each<[string, () => Sharp]>([
    ['grey.png', () => raw(1, 3, 7, 128, 250).toColourspace('b-w').png()],
    ['grey-16.png', () => raw(1, 3, 7, 128, 250).toColourspace('grey16').png()],
  ])('%s is read as grey and as three equal channels', async (name, image) => {
    const file = await save(name, image());
    expect([...(await decodePicture(file, { channels: 1 })).data]).toEqual([7, 128, 250]);
    expect([...(await decodePicture(file, { channels: 3 })).data]).toEqual(greys(7, 128, 250));
  });

  it('reads a grey JPEG', async () => {
    const file = await save('grey.jpg', raw(1, 2, 90, 90, 90, 90).toColourspace('b-w').jpeg());
    expect([...(await decodePicture(file, { channels: 3 })).data]).toEqual(greys(90, 90, 90, 90));
  });

  it.each<[string, () => Sharp]>([
    ['rgba.png', () => raw(4, 3, 200, 100, 0, 255, 1, 2, 3, 0, 200, 128, 0, 128)],
    ['rgba-16.png', () => raw(4, 3, 200, 100, 0, 255, 1, 2, 3, 0, 200, 128, 0, 128).toColourspace('rgb16')],
  ])('%s is laid on mid-grey', async (name, image) => {
    const { data } = await decodePicture(await save(name, image().png()), { channels: 3 });
    expect([...data]).toEqual([200, 100, 0, 128, 128, 128, 164, 128, 63]);
  });

  it('lays grey with alpha on mid-grey', async () => {
    const file = await save('grey-alpha.png', raw(2, 3, 200, 255, 200, 0, 200, 128).png());
    expect([...(await decodePicture(file, { channels: 1 })).data]).toEqual([200, 128, 164]);
  });

  it.each(['gif', 'webp'] as const)('reads the first frame of an animated %s', async (format) => {
    const frames = Buffer.concat([Buffer.alloc(12, 50), Buffer.alloc(12, 200)]);
    const image = sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } });
    const file = await save(`animated.${format}`, format === 'gif' ? image.gif() : image.webp({ lossless: true }));
    expect(await decodePicture(file, { channels: 1 })).toEqual(madePicture(2, 2, 1, () => 50));
    expect(await pictureSize(file)).toEqual({ width: 2, height: 2 });
  });

  it('sees what now stands in a file, not what stood there before', async () => {
    const file = await save('twice.png', raw(1, 1, 10).png());
    await decodePicture(file, { channels: 1 });
    await save('twice.png', raw(1, 1, 20).png());
    expect([...(await decodePicture(file, { channels: 1 })).data]).toEqual([20]);
  });
});

describe('EXIF orientation', () => {
  // What is stored as rows A B C / D E F shows, by the table of the EXIF standard, as:
  const shown = ['ABC/DEF', 'CBA/FED', 'FED/CBA', 'DEF/ABC', 'AD/BE/CF', 'DA/EB/FC', 'FC/EB/DA', 'CF/BE/AD'];
  it.each(shown.map((rows, i) => [i + 1, rows]))('%i shows as %s', async (orientation, rows) => {
    const stored = raw(1, 3, 10, 50, 90, 130, 170, 210)
      .png()
      .withMetadata({ orientation: Number(orientation) });
    const file = await save(`orientation-${orientation}.png`, stored);
    const { data, width, height } = await decodePicture(file, { channels: 1 });
    const letters = Array.from(data, (value) => 'ABCDEF'[(value - 10) / 40]);
    const lines = Array.from({ length: height }, (_, y) => letters.slice(y * width, (y + 1) * width).join(''));
    expect(lines.join('/')).toBe(rows);
    expect(await pictureSize(file)).toEqual({ width, height });
  });
});

describe('what is no picture', () => {
  const noise = async () =>
    sharp({
      create: {
        width: 80,
        height: 80,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    });

  const refused = async (file: string, words: RegExp) => {
    for (const read of [() => decodePicture(file, { channels: 3 }), () => pictureSize(file)]) {
      const error = await read().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(InputError);
      const { message } = error as InputError;
      expect(message.startsWith(`${file}: `)).toBe(true);
      expect(message).toMatch(words);
      expect(message).not.toMatch(/\n|vips|Input file|Input buffer/i);
    }
  };

  it('a missing file', () => refused(join(folder, 'missing.jpg'), /no such picture/));
  it('a file of 0 bytes', () => refused(write('empty.jpg', new Uint8Array()), /empty \(0 bytes\)/));
  it('a text named .jpg', () => refused(write('text.jpg', Buffer.from('hello\n')), /no known picture format/));
  it('a folder', () => {
    mkdirSync(join(folder, 'folder.jpg'));
    return refused(join(folder, 'folder.jpg'), /is a folder/);
  });

  it('a header that breaks off', async () => {
    const bytes = await (await noise()).jpeg().toBuffer();
    await refused(write('header.jpg', bytes.subarray(0, 20)), /premature end/);
  });

  it.each(['jpeg', 'png'] as const)('half a %s', async (format) => {
    const bytes = await (await noise())[format]().toBuffer();
    const file = write(`half.${format}`, bytes.subarray(0, bytes.length / 2));
    await expect(decodePicture(file, { channels: 1 })).rejects.toThrow(
      new RegExp(`half.${format}: is not a picture that can be read \\(.*(premature end|read error).*\\)`),
    );
  });

  it('30,000 × 30,000 pixels', () => refused(write('huge.png', pngHeader(30_000, 30_000)), /30000 × 30000.*268435456/));
});

describe('encodePicture', () => {
  it.each([1, 3] as const)('writes %i channels as PNG, exactly', async (channels) => {
    const picture = madePicture(5, 4, channels, (x, y, channel) => 40 * x + 10 * y + channel);
    const file = write(`encoded-${channels}.png`, await encodePicture(picture, 'png'));
    expect(await decodePicture(file, { channels })).toEqual(picture);
  });

  it('writes JPEG', async () => {
    const picture = madePicture(16, 16, 3, () => 128);
    const file = write('encoded.jpg', await encodePicture(picture, 'jpeg', { quality: 80 }));
    expect(await decodePicture(file, { channels: 3 })).toEqual(picture);
  });
});
