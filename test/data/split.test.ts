import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/data/fingerprint.js';
import { imm58 } from '../../src/data/markups/imm58.js';
import type { Dataset, Sample } from '../../src/data/sample.js';
import { splitByGroup } from '../../src/data/split.js';
import { InputError } from '../../src/errors.js';

const sample = (group: string, i: number): Sample => ({
  id: `${group}-${i}`,
  picture: `${group}-${i}.jpg`,
  box: { left: 1, top: 2, width: 3, height: 4 },
  points: Float32Array.of(1, 2, 3, 4.5),
  group,
  tags: {},
});
const dataset = (...groups: string[]): Dataset => ({
  name: 'made',
  markup: imm58,
  samples: groups.flatMap((group) => [1, 2].map((i) => sample(group, i))),
});
const forty = dataset(...Array.from({ length: 40 }, (_, i) => String(i + 1).padStart(2, '0')));
const held = (data: Dataset, groups: string) => [
  ...new Set(splitByGroup(data, { groups }).validation.map(({ group }) => group)),
];

describe('splitByGroup by names', () => {
  it.each([
    ['33-40', ['33', '34', '35', '36', '37', '38', '39', '40']],
    ['39-40,12', ['12', '39', '40']],
    [' 7 , 1 - 2 ', ['01', '02', '07']],
    ['40-40', ['40']],
  ])('holds out %s', (groups, expected) => expect(held(forty, groups)).toEqual(expected));

  it('takes a name as it is written before it sees a range in it', () => {
    const photos = dataset('1-2', '1', '2', 'photo-a');
    expect(held(photos, '1-2')).toEqual(['1-2']);
    expect(held(photos, 'photo-a,2')).toEqual(['2', 'photo-a']);
  });

  it.each([
    ['41', "validation group '41' of '41' is not in the data; its 40 groups are 01, 02, 03, …, 40"],
    ['33-45', "'45' of '33-45' is not in the data"],
    ['anna', "validation group 'anna' is not in the data"],
    ['', "validation group '' is not in the data"],
    ['33,,34', "validation group '' is not in the data"],
    ['40-33', "validation groups '40-33' run backwards; write 33-40"],
    ['1-40', "made: groups '1-40' for validation leaves nothing for training"],
  ])('refuses %j', (groups, words) => {
    expect(() => held(forty, groups)).toThrow(InputError);
    expect(() => held(forty, groups)).toThrow(words);
  });
});

describe('splitByGroup by share', () => {
  it('keeps groups whole, loses none, and draws alike from a seed', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.nat(), (share, seed) => {
        const { train, validation } = splitByGroup(forty, { share, seed });
        expect(validation.length).toBe(2 * Math.round(40 * share));
        const sides = [train, validation].map((side) => new Set(side.map(({ group }) => group)));
        expect([...sides[0]!].some((group) => sides[1]!.has(group))).toBe(false);
        expect(new Set([...train, ...validation])).toEqual(new Set(forty.samples));
        expect(splitByGroup(forty, { share, seed })).toEqual({ train, validation });
      }),
      { numRuns: 30 },
    );
  });

  it('draws another set from another seed', () => {
    const draw = (seed: number) => splitByGroup(forty, { share: 0.2, seed }).validation;
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('refuses a share that leaves a side empty', () => {
    expect(() => splitByGroup(forty, { share: 0.01, seed: 0 })).toThrow(/a share of 0.01 .* nothing for validation/);
    expect(() => splitByGroup(dataset('1'), { share: 0.6, seed: 0 })).toThrow(/nothing for training/);
  });
});

describe('fingerprint', () => {
  const changed = (change: Partial<Sample>): Dataset => ({
    ...forty,
    samples: [{ ...forty.samples[0]!, ...change }, ...forty.samples.slice(1)],
  });

  it('is SHA-256 of ids, boxes and points, and of nothing else', () => {
    const print = fingerprint(forty);
    expect(print).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprint(changed({ picture: 'elsewhere/01-1.jpg', tags: { view: 'x' } }))).toBe(print);
    const { points: _, ...unmarked } = forty.samples[0]!;
    const others = [
      fingerprint(changed({ id: '01-9' })),
      fingerprint(changed({ box: { left: 1, top: 2, width: 3, height: 4.25 } })),
      fingerprint(changed({ points: Float32Array.of(1, 2, 3, 4.75) })),
      fingerprint({ ...forty, samples: [unmarked, ...forty.samples.slice(1)] }),
      fingerprint({ ...forty, samples: forty.samples.toReversed() }),
    ];
    expect(new Set([print, ...others]).size).toBe(6);
  });
});
