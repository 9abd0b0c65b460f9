import { InputError } from '../errors.js';
import { randomFor } from '../random.js';
import { quoted } from './quoted.js';
import type { Dataset, Sample } from './sample.js';

/** Which groups are held out: named ones, such as `33-40,12`, or a share of all groups (rounded), drawn by seed. */
export type Holdout = { readonly groups: string } | { readonly share: number; readonly seed: number };

export interface Split {
  readonly train: readonly Sample[];
  readonly validation: readonly Sample[];
}

/**
 * Splits by whole groups, so that no person or photo is on both sides.
 * Throws an InputError for a group that is not there, and where a side would be empty.
 */
export function splitByGroup({ name, samples }: Dataset, holdout: Holdout): Split {
  const groups = [...new Set(samples.map(({ group }) => group))].sort();
  const held = 'groups' in holdout ? named(holdout.groups, groups) : drawn(holdout.share, holdout.seed, groups);
  const train = samples.filter(({ group }) => !held.has(group));
  const validation = samples.filter(({ group }) => held.has(group));
  if (train.length === 0 || validation.length === 0) {
    const side = train.length === 0 ? 'training' : 'validation';
    const asked = 'groups' in holdout ? `groups ${quoted(holdout.groups)}` : `a share of ${holdout.share}`;
    throw new InputError(`${name}: ${asked} for validation leaves nothing for ${side}; ${known(groups)}`);
  }
  return { train, validation };
}

function drawn(share: number, seed: number, groups: readonly string[]): Set<string> {
  return new Set(
    randomFor(seed, 'split')
      .shuffle([...groups])
      .slice(0, Math.round(share * groups.length)),
  );
}

function named(text: string, groups: readonly string[]): Set<string> {
  return new Set(text.split(',').flatMap((part) => matching(part.trim(), groups)));
}

/** The groups that one part of the text names: a group as it is written, a number, or a range of numbers. */
function matching(part: string, groups: readonly string[]): string[] {
  if (groups.includes(part)) return [part];
  const [, first, last = first] = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(part) ?? [];
  if (first === undefined || last === undefined) {
    throw new InputError(`validation group ${quoted(part)} is not in the data; ${known(groups)}`);
  }
  if (Number(last) < Number(first)) {
    throw new InputError(`validation groups ${quoted(part)} run backwards; write ${last}-${first}`);
  }
  // As numbers, so that 1 finds person 01.
  const between = (low: number, high: number) =>
    groups.filter((group) => /^\d+$/.test(group) && Number(group) >= low && Number(group) <= high);
  for (const end of [first, last]) {
    if (between(Number(end), Number(end)).length === 0) {
      throw new InputError(`validation group ${quoted(end)} of ${quoted(part)} is not in the data; ${known(groups)}`);
    }
  }
  return between(Number(first), Number(last));
}

function known(groups: readonly string[]): string {
  const shown = groups.length > 12 ? [...groups.slice(0, 3), '…', groups.at(-1)] : groups;
  return `its ${groups.length} groups are ${shown.join(', ')}`;
}
