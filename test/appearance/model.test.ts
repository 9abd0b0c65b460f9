import { beforeAll, describe, expect, it } from 'vitest';
import { drawFace, pointsOf } from '../../src/appearance/draw.js';
import { decodeModel, encodeModel } from '../../src/appearance/file.js';
import { type Example, type Fitted, fitAppearance } from '../../src/appearance/fit.js';
import { likeness } from '../../src/appearance/likeness.js';
import { drawFrom } from '../../src/appearance/scatter.js';
import { InputError } from '../../src/errors.js';
import type { Picture } from '../../src/image/picture.js';
import { randomFor } from '../../src/random.js';

const size = { width: 120, height: 100 };

/** Five points, each of them a white spot on grey, in places that differ a little from picture to picture. */
function spotted(index: number): Example {
  const random = randomFor(5, 'spots', index);
  const [x, y] = [60 + random.uniform(-8, 8), 50 + random.uniform(-8, 8)];
  const wide = 22 + random.uniform(-3, 3);
  const shape = [-1, -0.8, 1, -0.8, 1.1, 0.9, -1.1, 0.9, 0, random.uniform(-0.3, 0.4)];
  const points = Float32Array.from(shape, (value, i) => (i % 2 === 0 ? x : y) + wide * value);
  const picture: Picture = { ...size, channels: 1, data: new Uint8Array(size.width * size.height).fill(90) };
  for (let py = 0; py < size.height; py++) {
    for (let px = 0; px < size.width; px++) {
      for (let i = 0; i < points.length; i += 2) {
        const square = (px - points[i]!) ** 2 + (py - points[i + 1]!) ** 2;
        picture.data[py * size.width + px] = Math.max(picture.data[py * size.width + px]!, 250 * Math.exp(-square / 8));
      }
    }
  }
  return { points, read: async () => picture, person: String(index >> 1), view: '' };
}

const examples = Array.from({ length: 24 }, (_, i) => spotted(i));
const about = { name: 'spots', markup: { of: 'spots' }, terms: 'none', fitted: 'here', modes: 12, detail: 60 };
let fitted: Fitted;

beforeAll(async () => {
  fitted = await fitAppearance(examples, about);
});

/** Parameters of the n-th drawn face. */
function parametersOf(n: number): Float64Array {
  const { persons, pictures, views } = fitted.model.population;
  const { mean } = views[0]!;
  const own = drawFrom(persons, mean.length, randomFor(n, 'own'));
  const moment = drawFrom(pictures, mean.length, randomFor(n, 'moment'));
  return own.map((value, i) => value + moment[i]! + mean[i]!);
}

describe('a fitted model', () => {
  it('draws pictures of the usual size in which what it learnt to be at the points is at the points', () => {
    for (let n = 0; n < 10; n++) {
      const { picture, points } = drawFace(fitted.model, parametersOf(n), randomFor(n, 'wall'));
      expect(picture).toMatchObject({ ...size, channels: 1 });
      for (let i = 0; i < points.length; i += 2) {
        const [x, y] = [Math.round(points[i]!), Math.round(points[i + 1]!)];
        if (x < 6 || y < 6 || x > size.width - 7 || y > size.height - 7) continue;
        const at = (dx: number, dy: number) => picture.data[(y + dy) * size.width + x + dx]!;
        const around = [at(-6, 0), at(6, 0), at(0, -6), at(0, 6)];
        expect(at(0, 0)).toBeGreaterThan(Math.max(...around) + 30);
      }
    }
  });

  it('draws the same face the same, other faces otherwise', () => {
    const draw = (n: number) => drawFace(fitted.model, parametersOf(n), randomFor(n, 'wall'));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1).points).not.toEqual(draw(2).points);
  });

  it('holds a share of the variance, and has a mean among the examples', () => {
    expect(fitted.share).toBeGreaterThan(0.8);
    expect(fitted.share).toBeLessThanOrEqual(1);
    const points = pointsOf(fitted.model, fitted.model.population.views[0]!.mean);
    const mean = points.map((_, i) => examples.reduce((sum, example) => sum + example.points[i]!, 0) / examples.length);
    for (let i = 0; i < points.length; i++) expect(Math.abs(points[i]! - mean[i]!)).toBeLessThan(2);
  });

  it('can be held against what it was fitted to', () => {
    const { drawn, people, same } = likeness(fitted, examples, 20);
    expect([drawn.length, people.length, same.length]).toEqual([20, 24, 24]);
    for (const value of [...drawn, ...people, ...same]) {
      expect(value).toBeGreaterThan(-1);
      expect(value).toBeLessThan(1);
    }
  });
});

describe('a model’s file', () => {
  it('gives the model back, textures within half a step', () => {
    const { model } = fitted;
    const again = decodeModel(encodeModel(model), 'spots.bin');
    const { meanTexture, modes, ...rest } = again;
    const { meanTexture: texture, modes: before, ...others } = model;
    expect(rest).toEqual(others);
    expect(modes.map(({ shape }) => shape)).toEqual(before.map(({ shape }) => shape));
    const furthest = (a: Float32Array, b: Float32Array) =>
      a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);
    const largest = Math.max(...texture.map(Math.abs));
    expect(furthest(meanTexture, texture)).toBeLessThanOrEqual(0.51 * Math.max(1 / 64, largest / 127));
    for (const [k, mode] of modes.entries()) {
      const most = Math.max(1 / 64, before[k]!.texture.reduce((m, v) => Math.max(m, Math.abs(v)), 0) / 127);
      expect(furthest(mode.texture, before[k]!.texture)).toBeLessThanOrEqual(0.51 * most);
    }
    expect(encodeModel(again)).toEqual(encodeModel(model));
  });

  it('that is none or damaged is refused in one line', () => {
    const bytes = encodeModel(fitted.model);
    const changed = bytes.slice();
    changed.set(Buffer.from('{"name":1}\n'), Buffer.from(bytes).indexOf('\n') + 1);
    for (const broken of [
      new Uint8Array(0),
      bytes.subarray(5),
      bytes.subarray(0, 40),
      bytes.subarray(0, -9),
      changed,
    ]) {
      expect(() => decodeModel(broken, 'spots.bin')).toThrow(InputError);
      expect(() => decodeModel(broken, 'spots.bin')).toThrow(/^spots\.bin: [^\n]+$/);
    }
  });
});
