import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imm58 } from '../../../src/data/markups/imm58.js';
import { type Affine, compose, invert, mapPoints } from '../../../src/image/affine.js';
import { type Crop, cropMap, cropRectangle, fromUnit, toUnit } from '../../../src/image/crop.js';
import { encodePicture } from '../../../src/image/encode.js';
import { shownPlanes } from '../../../src/image/input.js';
import type { Picture } from '../../../src/image/picture.js';
import { randomFor } from '../../../src/random.js';
import { type AugmentSettings, augmentSchema, drawGeometry } from '../../../src/train/augment/index.js';
import { type LoadedPicture, loadPictures } from '../../../src/train/batches/pictures.js';
import { prepareAugmented } from '../../../src/train/batches/prepare.js';
import { drawPerson, drawPose, facePoints } from '../../made-face.js';
import { temporaryFolder } from '../../temporary.js';

const folder = temporaryFolder();
const size = { width: 640, height: 480 };
const box = { left: 180, top: 120, width: 220, height: 160 };
const data = { markup: 'imm58', validation: { share: 0.2, seed: 0 } };

/** What the two kinds of crop are used for: the seed's squeezed picture, and a square round a face. */
const forms = {
  picture: { width: 60, height: 80, channels: 1, crop: { kind: 'picture' }, mean: 0.5, deviation: 1 },
  box: { width: 64, height: 64, channels: 1, crop: { kind: 'box', factor: 1.5 }, mean: 0.5, deviation: 1 },
} as const;
type Form = (typeof forms)[keyof typeof forms];

/** A bell of this deviation in pixels: wide enough to have a middle after the picture was reduced. */
const spread = 4;
function dotPicture(x0: number, y0: number): Picture {
  const picture = { ...size, channels: 1 as const, data: new Uint8Array(size.width * size.height) };
  for (let y = Math.max(0, y0 - 16); y < Math.min(size.height, y0 + 17); y++) {
    for (let x = Math.max(0, x0 - 16); x < Math.min(size.width, x0 + 17); x++) {
      picture.data[y * size.width + x] = 255 * Math.exp(-0.5 * (((x - x0) / spread) ** 2 + ((y - y0) / spread) ** 2));
    }
  }
  return picture;
}

async function loadDot(x: number, y: number, form: Form): Promise<LoadedPicture> {
  const file = join(folder, 'dot.png');
  writeFileSync(file, await encodePicture(dotPicture(x, y), 'png'));
  const [loaded] = await loadPictures([{ id: 'dot', picture: file, box, group: '1', tags: {} }], form);
  return loaded!;
}

/** The middle of what is bright. */
function centroid(planes: Float32Array, width: number): [x: number, y: number] {
  let [sum, x, y] = [0, 0, 0];
  for (const [i, value] of planes.entries()) {
    sum += value;
    x += value * (i % width);
    y += value * Math.floor(i / width);
  }
  return [x / sum, y / sum];
}

const upTo = (max: number) => fc.double({ min: 0, max, noNaN: true });
const looks = fc.record({
  flip: fc.constantFrom(0, 1),
  verticalFlip: fc.constantFrom(0, 1),
  rotation: upTo(180),
  scale: upTo(0.4),
  aspect: upTo(0.4),
  shift: upTo(0.3),
  shear: upTo(0.4),
});
const share = fc.double({ min: 0.15, max: 0.85, noNaN: true });

describe.each(Object.entries(forms))('points follow pixels, crop %s', (_, form) => {
  it('a dot drawn before the warp is found at its point after it, to half a pixel', async () => {
    const rectangle = cropRectangle(form.crop, size, box);
    await fc.assert(
      fc.asyncProperty(looks, fc.integer(), share, share, async (look, seed, across, along) => {
        const augment = augmentSchema.parse(look);
        const x = Math.round(rectangle.left + across * rectangle.width);
        const y = Math.round(rectangle.top + along * rectangle.height);
        const stream = () => randomFor(seed, 'geometry');
        const { map } = drawGeometry(augment, cropMap(form.crop, size, box, form), form, stream());
        const [left, top] = mapPoints(invert(map), [x, y]) as unknown as [number, number];
        fc.pre(left > 7 && top > 7 && left < form.width - 8 && top < form.height - 8);

        // Point 0 is on the dot; a mirror gives its name to its partner.
        const face = { box, points: Float32Array.of(x, y, 5, 5) };
        const settings = { input: form, data, augment, mirror: [1, 0] };
        const { image, target } = await prepareAugmented(await loadDot(x, y, form), face, settings, stream());
        const points = fromUnit(target, form);
        const at = look.flip !== look.verticalFlip ? 2 : 0;
        const [foundX, foundY] = centroid(shownPlanes(image, form), form.width);
        expect(Math.hypot(foundX - points[at]!, foundY - points[at + 1]!)).toBeLessThan(0.5);
      }),
      { numRuns: 60 },
    );
  });

  it('does the same for the same stream, and another for another', async () => {
    const augment = augmentSchema.parse({ flip: 0.5, rotation: 30, scale: 0.2, aspect: 0.1, shift: 0.1, shear: 0.1 });
    const loaded = await loadDot(300, 200, form);
    const face = { box, points: Float32Array.of(300, 200) };
    const draw = (epoch: number) =>
      prepareAugmented(loaded, face, { input: form, data, augment, mirror: [0] }, randomFor(3, 'augment', epoch, 0));
    const first = await draw(1);
    expect(await draw(1)).toEqual(first);
    expect((await draw(2)).target).not.toEqual(first.target);
  });
});

/** Flat grey, for what is about points alone. */
const flat: LoadedPicture = {
  picture: { ...size, channels: 1, data: new Uint8Array(size.width * size.height).fill(99) },
  toFile: [1, 0, 0, 0, 1, 0],
  size,
};
const prepared = (points: Float32Array, look: Partial<AugmentSettings>, seed = 1) => {
  const settings = { input: forms.picture, data, augment: augmentSchema.parse(look), mirror: imm58.mirror };
  return prepareAugmented(flat, { box, points }, settings, randomFor(seed, 'points'));
};

describe('points', () => {
  const random = randomFor(1, 'face');
  const face = Float32Array.from(
    facePoints(drawPerson(random), { ...drawPose(random, 1), yaw: 0, roll: 0 }, 480).flat(),
  );
  const centre = { x: (size.width - 1) / 2, y: (size.height - 1) / 2 };
  const straight = toUnit(
    mapPoints(invert(cropMap(forms.picture.crop, size, box, forms.picture)), face),
    forms.picture,
  );

  it('a flip mirrors each point and gives it its partner’s place, so that left stays left', async () => {
    const { target } = await prepared(face, { flip: 1 });
    for (const [i, partner] of imm58.mirror.entries()) {
      expect(target[2 * i]).toBeCloseTo(1 - straight[2 * partner]!, 5);
      expect(target[2 * i + 1]).toBeCloseTo(straight[2 * partner + 1]!, 5);
      // The person's left is on the picture's right, before and after.
      if (imm58.points[i]!.startsWith('left-')) expect(target[2 * i]).toBeGreaterThan(target[2 * partner]!);
    }
  });

  it('a vertical flip is a mirror too, and with the other one it is a half turn', async () => {
    const upended = (await prepared(face, { verticalFlip: 1 })).target;
    const turned = (await prepared(face, { flip: 1, verticalFlip: 1 })).target;
    for (const [i, partner] of imm58.mirror.entries()) {
      expect(upended[2 * i]).toBeCloseTo(straight[2 * partner]!, 5);
      expect(upended[2 * i + 1]).toBeCloseTo(1 - straight[2 * partner + 1]!, 5);
      expect(turned[2 * i]).toBeCloseTo(1 - straight[2 * i]!, 5);
      expect(turned[2 * i + 1]).toBeCloseTo(1 - straight[2 * i + 1]!, 5);
    }
  });

  it('that leave the crop keep their true coordinates', async () => {
    const targets = await Promise.all(
      Array.from({ length: 20 }, async (_, seed) => {
        const { target, map } = await prepared(face, { shift: 1, scale: 0.5 }, seed);
        expect(target).toEqual(toUnit(mapPoints(invert(map), face), forms.picture));
        return [...target];
      }),
    );
    const all = targets.flat();
    expect(Math.min(...all)).toBeLessThan(-0.2);
    expect(Math.max(...all)).toBeGreaterThan(1.2);
    // Neither edge gathers points, as clipping would.
    expect(all.filter((value) => value === 0 || value === 1)).toEqual([]);
  });

  it('turn in the picture’s own pixels, however the input squeezes it', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { map } = await prepared(face, { rotation: 40 }, seed);
      const crop = cropMap(forms.picture.crop, size, box, forms.picture);
      const [a, b, , d, e] = compose(map, invert(crop));
      expect(Math.hypot(a, d)).toBeCloseTo(1, 6);
      expect(Math.hypot(b, e)).toBeCloseTo(1, 6);
      expect(a * b + d * e).toBeCloseTo(0, 6);
      expect(a * e - b * d).toBeCloseTo(1, 6);
      expect(Math.abs(Math.atan2(d, a))).toBeLessThanOrEqual((40 * Math.PI) / 180);
      const [x, y] = mapPoints(map, [(60 - 1) / 2, (80 - 1) / 2]);
      expect(x).toBeCloseTo(centre.x, 3);
      expect(y).toBeCloseTo(centre.y, 3);
    }
  });
});

describe('what each setting draws, seen in picture pixels', () => {
  const crops: Crop[] = [forms.picture.crop, forms.box.crop];
  /** The linear part of 200 drawn changes, without the crop. */
  const drawn = (crop: Crop, look: Partial<AugmentSettings>): Affine[] => {
    const plain = cropMap(crop, size, box, forms.picture);
    return Array.from({ length: 200 }, (_, seed) => {
      const { map } = drawGeometry(augmentSchema.parse(look), plain, forms.picture, randomFor(seed, 'draw'));
      return compose(map, invert(plain));
    });
  };
  const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;

  it.each(crops)('scale, aspect, shear and shift keep to their bounds and use them: $kind', (crop) => {
    const [closest, farthest] = range(drawn(crop, { scale: 0.2 }).map(([a]) => 1 / a));
    expect(closest).toBeGreaterThanOrEqual(0.8 - 1e-9);
    expect(closest).toBeLessThan(0.82);
    expect(farthest).toBeLessThanOrEqual(1.25 + 1e-9);
    expect(farthest).toBeGreaterThan(1.22);

    const [narrow, wide] = range(drawn(crop, { aspect: 0.2 }).map(([a, , , , e]) => a / e));
    expect(narrow).toBeGreaterThanOrEqual(0.8 - 1e-9);
    expect(wide).toBeLessThanOrEqual(1.25 + 1e-9);
    expect(wide - narrow).toBeGreaterThan(0.4);
    for (const [a, , , , e] of drawn(crop, { aspect: 0.2 })) expect(a * e).toBeCloseTo(1, 6);

    const [back, forth] = range(drawn(crop, { shear: 0.3 }).map(([, b]) => b));
    expect(back).toBeGreaterThanOrEqual(-0.3);
    expect(forth).toBeLessThanOrEqual(0.3);
    expect(forth - back).toBeGreaterThan(0.55);

    const { width } = cropRectangle(crop, size, box);
    const [left, right] = range(drawn(crop, { shift: 0.1 }).map(([, , c]) => c / width));
    expect(left).toBeGreaterThanOrEqual(-0.1 - 1e-6);
    expect(right).toBeLessThanOrEqual(0.1 + 1e-6);
    expect(right - left).toBeGreaterThan(0.18);
  });

  it('cuts the face as often and as far as asked', () => {
    const { width } = cropRectangle(crops[0]!, size, box);
    const moves = drawn(crops[0]!, { shift: 0.05, cut: { probability: 0.3, shift: 0.5 } }).map(
      ([, , c]) => Math.abs(c) / width,
    );
    const far = moves.filter((move) => move > 0.05 + 1e-6);
    // A cut is near the centre a tenth of the time.
    expect(far.length / moves.length).toBeGreaterThan(0.18);
    expect(far.length / moves.length).toBeLessThan(0.36);
    expect(Math.max(...far)).toBeGreaterThan(0.45);
    expect(Math.max(...far)).toBeLessThanOrEqual(0.5 + 1e-6);
  });
});
