import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/dataset.js';
import { fingerprint } from '../../src/data/fingerprint.js';
import { builtInAppearances, openMade } from '../../src/data/made.js';
import { readPicture } from '../../src/data/read-picture.js';
import type { Sample } from '../../src/data/sample.js';
import { splitByGroup } from '../../src/data/split.js';
import { InputError } from '../../src/errors.js';

const grey = (sample: Sample) => readPicture(sample, { channels: 1 });
const bytes = async (sample: Sample) => Buffer.from((await grey(sample)).data);

describe('made:imm58', () => {
  it('is a data set like the IMM faces: 40 people in 6 views, split as they are', async () => {
    const dataset = await openDataset('made:imm58');
    expect(dataset.samples.length).toBe(240);
    expect(dataset.markup.name).toBe('imm58');
    expect(dataset.terms).toContain('IMM face database');
    const { train, validation } = splitByGroup(dataset, { groups: '33-40' });
    expect([train.length, validation.length]).toEqual([192, 48]);
    expect(new Set(dataset.samples.map(({ id }) => id)).size).toBe(240);
    expect(new Set(dataset.samples.map(({ picture }) => picture)).size).toBe(240);
    expect(validation.filter(({ tags }) => tags.view === '3 turned to their right').length).toBe(8);
  });

  it('has all points inside the pictures, and boxes round them', async () => {
    for (const { points, box } of openMade('made:imm58,people=100').samples) {
      expect(points!.every((value, i) => value >= 0 && value <= (i % 2 === 0 ? 639 : 479))).toBe(true);
      expect(box.width).toBeGreaterThan(60);
    }
  });

  it('turns heads as its views say', () => {
    const { samples } = openMade('made:imm58,people=30');
    // Where the nose is between the ends of the jaw: 0 at the picture's left.
    const nose = ({ points }: Sample) => (points![104]! - points![0]!) / (points![24]! - points![0]!);
    const mean = (view: string) => {
      const those = samples.filter(({ tags }) => tags.view!.startsWith(view));
      return those.reduce((sum, sample) => sum + nose(sample), 0) / those.length;
    };
    expect(mean('3')).toBeLessThan(0.35);
    expect(mean('1')).toBeCloseTo(0.5, 1);
    expect(mean('4')).toBeGreaterThan(0.65);
  });

  it('is the same each time, bit for bit', async () => {
    const [one, two] = [openMade('made:imm58,people=2'), openMade('made:imm58,people=2')];
    expect(fingerprint(one)).toBe(fingerprint(two));
    expect((await bytes(one.samples[7]!)).equals(await bytes(two.samples[7]!))).toBe(true);
    // On every machine: a run names its data by this.
    expect(fingerprint(one).slice(0, 16)).toMatchInlineSnapshot(`"9abe3db2e1d44315"`);
  });

  it('has the same people where there are more, and others for another seed', async () => {
    const few = openMade('made:imm58,people=2');
    const many = openMade('made:imm58,people=45');
    expect(many.samples.slice(0, 12).map(({ points }) => points)).toEqual(few.samples.map(({ points }) => points));
    expect((await bytes(many.samples[3]!)).equals(await bytes(few.samples[3]!))).toBe(true);
    const others = openMade('made:imm58,people=2,seed=1');
    expect(others.samples[0]!.points).not.toEqual(few.samples[0]!.points);
  });

  it('has pictures of 640×480 that are neither flat nor out of range, and the same as RGB', async () => {
    const [sample] = openMade('made:imm58,people=1,pictures=1').samples;
    const picture = await grey(sample!);
    expect([picture.width, picture.height, picture.channels]).toEqual([640, 480, 1]);
    const mean = picture.data.reduce((sum, value) => sum + value, 0) / picture.data.length;
    expect(mean).toBeGreaterThan(20);
    expect(mean).toBeLessThan(200);
    expect(new Set(picture.data).size).toBeGreaterThan(80);
    const { data, channels } = await readPicture(sample!, { channels: 3 });
    expect(channels).toBe(3);
    expect([data[0], data[1], data[2]]).toEqual([picture.data[0], picture.data[0], picture.data[0]]);
  });

  it('comes with the package', () => expect(builtInAppearances()).toContain('imm58'));

  it.each([
    ['made:im58', "there is no appearance model 'im58' (a file is given with its ending, .bin): did you mean 'imm58'?"],
    ['made:', "there is no appearance model ''"],
    ['made:imm58,peopl=3', "made:imm58,peopl=3: 'peopl=3' is no setting such as people=40: did you mean 'people'?"],
    ['made:imm58,people=', "'people=' is no setting"],
    ['made:imm58,people=0', 'made:imm58,people=0: people must be 1 or more'],
    ['made:imm58,people=-4', "'people=-4' is no setting"],
    ['made:nowhere.bin', 'nowhere.bin: there is no such file'],
    ['made:package.json/x.bin', 'package.json/x.bin: cannot be read'],
  ])('%s is refused in one line', async (name, message) => {
    const said = await openDataset(name).catch((error: unknown) => error);
    expect(said).toBeInstanceOf(InputError);
    expect((said as Error).message).toContain(message);
    expect((said as Error).message).not.toContain('\n');
  });
});
