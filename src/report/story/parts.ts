import type { ComparedRun } from '../compared-run.js';
import type { RunFolder } from '../read-run.js';

/** A part of the story: runs that learnt the same points of the same data. */
export interface StoryPart {
  readonly title: string;
  /** The first of its runs, whose story is told. */
  readonly main: RunFolder;
  /** All of its runs, `main` first. */
  readonly runs: readonly ComparedRun[];
}

/** The parts in the order of their first runs. */
export function storyParts(all: readonly ComparedRun[]): StoryPart[] {
  const byTask = new Map<string, ComparedRun[]>();
  for (const each of all) byTask.set(taskOf(each.run), [...(byTask.get(taskOf(each.run)) ?? []), each]);
  const parts: StoryPart[] = [];
  for (const runs of byTask.values()) {
    const { run: main } = runs[0]!;
    const fewer = parts.map(({ main: { info } }) => info.data.train);
    parts.push({ title: titleOf(main, fewer), main, runs });
  }
  return parts;
}

/** What a run learns: the points, and the data they are learnt from. */
const taskOf = ({ info, points }: RunFolder): string =>
  JSON.stringify([info.data.name, info.data.fingerprint, info.markup.name, points.names]);

/** @param fewer how many faces the parts before trained on */
function titleOf({ info, points }: RunFolder, fewer: readonly number[]): string {
  const { train } = info.data;
  if (fewer.length > 0 && train > 2 * Math.max(...fewer)) return 'Training with a larger data set';
  if (points.names.length > 1) return 'All facial keypoints';
  return `${points.names[0]!.includes('nose') ? 'Nose' : points.names[0]} detection`;
}
