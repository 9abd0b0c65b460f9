import { counted, number, quantity } from './number.js';
import type { SweepRow } from './sweep-rows.js';

/** Which setting is best, and whether the seeds allow to say so. @param rows best first, at least one */
export function sweepSentence(rows: readonly SweepRow[]): string {
  const [best, second] = rows as [SweepRow, SweepRow | undefined];
  const parts = [`Least validation error: ${best.name}, ${quantity(best.bestPixels.median, 'px')}${overSeeds(best)}.`];
  if (second && Number.isFinite(second.bestPixels.median)) {
    parts.push(`Next: ${second.name}, ${quantity(second.bestPixels.median, 'px')}${overSeeds(second)}.`);
    parts.push(settled(best, second));
  }
  const failed = rows.filter(({ bestPixels: { median } }) => median === Number.POSITIVE_INFINITY);
  if (failed.length > 0) parts.push(`Diverged: ${failed.map(({ name }) => name).join('; ')}.`);
  parts.push('Setting and epoch were chosen on these validation pictures, which flatters the choice.');
  return parts.join(' ');
}

const overSeeds = ({ runs }: SweepRow): string =>
  runs.length > 1 ? ` (median of ${counted(runs.length, 'seed')})` : '';

function settled(best: SweepRow, second: SweepRow): string {
  if (best.runs.length < 2 || second.runs.length < 2) {
    return 'With one seed a setting, a difference can be that between seeds.';
  }
  if (best.bestPixels.high < second.bestPixels.low) {
    return `Every seed of the best setting is better than every seed of the next (at most ${number(best.bestPixels.high)} against at least ${number(second.bestPixels.low)} px).`;
  }
  return 'Their seeds overlap, so that these runs do not settle which is better.';
}
