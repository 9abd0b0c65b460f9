import type { EpochMetrics } from '../../train/run.js';
import { counted, number, quantity } from '../number.js';
import type { RunFolder } from '../read-run.js';
import type { StoryPart } from './parts.js';

/** The input and how samples are varied, as the recipe has it. */
export function inputSentence({ info }: RunFolder): string {
  const { input, augment } = info.recipe;
  const kind = input.channels === 1 ? 'grey' : 'RGB';
  const part =
    input.crop.kind === 'picture'
      ? 'the whole picture'
      : `a square ${input.crop.factor} times as large as the face’s box, black where the picture ends`;
  const fed = `The network sees ${part} as ${input.width} × ${input.height} ${kind} pixels, normalised to (value / 255 − ${input.mean}) / ${input.deviation}.`;
  const varied = Object.entries(augment ?? {}).flatMap(([name, value]) => variation(name, value) ?? []);
  if (varied.length === 0) return `${fed} No augmentation: each epoch shows the same samples.`;
  return `${fed} Each epoch shows each sample anew: ${varied.join(', ')}.`;
}

const words: Readonly<Record<string, (amount: string) => string>> = {
  flip: (amount) => `mirrored (probability ${amount})`,
  verticalFlip: (amount) => `turned upside down (probability ${amount})`,
  rotation: (amount) => `rotated by up to ${amount}°`,
  scale: (amount) => `resized (by ${amount})`,
  aspect: (amount) => `stretched (by ${amount})`,
  shift: (amount) => `moved by up to ${amount} of its width`,
  shear: (amount) => `sheared by up to ${amount}`,
};

/** Undefined for what is off. */
function variation(name: string, value: unknown): string | undefined {
  if (value === 0 || value === undefined) return undefined;
  if (typeof value === 'number') return words[name]?.(String(value)) ?? `${name} varied (by ${value})`;
  const { probability } = value as { probability?: number };
  return probability === 0 ? undefined : `${name}${probability === undefined ? '' : ` (probability ${probability})`}`;
}

/** Where the loss went, and whether the network overfits. */
export function lossSentence(epochs: readonly EpochMetrics[]): string {
  const best = epochs.findLast((epoch) => epoch.best);
  const last = epochs.at(-1);
  if (!best || !last) return 'No epoch is done yet.';
  const least = `The validation loss is least after epoch ${best.epoch} of ${last.epoch}, ${number(best.validationLoss)}`;
  if (best.epoch > 0.9 * last.epoch) {
    return `${least}; it had not begun to rise when the training ended, with a training loss of ${number(last.trainLoss)}.`;
  }
  const rise = last.validationLoss / best.validationLoss;
  const after = `afterwards the training loss went from ${number(best.trainLoss)} to ${number(last.trainLoss)}, the validation loss to ${number(last.validationLoss)}`;
  return `${least}; ${after}${rise > 1.1 && last.trainLoss < best.trainLoss ? ': it overfits' : ''}.`;
}

/** What a part came to, beside the floor. */
export function resultSentence({ evaluation, points }: RunFolder): string {
  if (evaluation === undefined) return 'The training has not ended.';
  const { best, last, floor } = evaluation;
  const what = points.names.length === 1 ? 'The point is' : `The ${points.names.length} points are`;
  const nme = best.nme === null ? '' : ` (${quantity(best.nme.mean, '%')} of the ${best.nme.normaliser} distance)`;
  const factor = floor.pixels.mean / best.pixels.mean;
  const times = Number.isFinite(factor) ? `, ${number(factor)} times as much` : '';
  return `${what} ${quantity(best.pixels.mean, 'px')}${nme} from the true place on average over ${counted(best.faces, 'face')} that training did not see, half of the faces below ${quantity(best.pixels.median, 'px')}. The epoch was chosen on these faces; the last one has ${quantity(last.pixels.mean, 'px')}. Always answering with the mean face would give ${quantity(floor.pixels.mean, 'px')}${times}.`;
}

/** What the whole came to. */
export function conclusion(parts: readonly StoryPart[]): string[] {
  const told = parts.filter(({ main }) => main.evaluation !== undefined);
  const each = told.map(({ title, main }, i) => {
    const { best, floor } = main.evaluation!;
    const share = Math.round(100 * (1 - best.pixels.mean / floor.pixels.mean));
    const less = Number.isFinite(share) ? `, ${share} % less than the mean face’s` : '';
    return `Part ${parts.indexOf(told[i]!) + 1}, ${title.toLowerCase()}: ${quantity(best.pixels.mean, 'px')}${less}.`;
  });
  const seconds = parts
    .flatMap(({ runs }) => runs.flatMap(({ run }) => run.epochs))
    .reduce((sum, epoch) => sum + epoch.seconds, 0);
  return [
    each.join(' '),
    `All of it was trained in ${number(seconds / 60)} minutes of ${[...new Set(parts.map(({ main }) => main.info.machine))].join('; ')}. Every number and figure on this page was read from the run folders.`,
  ];
}
