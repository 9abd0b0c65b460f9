import { Presets, SingleBar } from 'cli-progress';
import type { Listener } from '../train/loop.js';
import type { Recipe } from '../train/recipe.js';
import { short, tell } from './output.js';

/** Where there is no terminal, a line is written so many seconds after the last. */
const secondsBetweenLines = 5;

/** A line on a terminal's stderr that tells how far long work has come; elsewhere silent, or a new line now and then. */
export interface ProgressLine {
  /** @param text what stands behind the bar */
  update(done: number, total: number, text?: string): void;
  stop(): void;
}

/**
 * @param label what stands before the bar
 * @param lines whether to write lines where there is no terminal, which programs that read stderr for errors do not expect
 */
export function progressLine(label: string, lines = false): ProgressLine {
  if (!process.stderr.isTTY) return lines ? plainLines(label) : { update: () => {}, stop: () => {} };
  const format = `${label} {bar} {value}/{total} {text} {eta_formatted} left`;
  const options = {
    format,
    stream: process.stderr,
    hideCursor: true,
    etaBuffer: 100,
    barsize: 20,
    clearOnComplete: true,
  };
  const bar = new SingleBar(options, Presets.shades_classic);
  let started = false;
  return {
    update: (done, total, text = '') => {
      if (!started) bar.start(total, 0, { text: '' });
      started = true;
      bar.update(done, { text });
    },
    stop: () => {
      if (started) bar.stop();
      started = false;
    },
  };
}

function plainLines(label: string): ProgressLine {
  let last = performance.now();
  return {
    update: (done, total, text = '') => {
      if (performance.now() - last < 1000 * secondsBetweenLines) return;
      last = performance.now();
      tell(`${label} ${done}/${total} ${text}`.trim());
    },
    stop: () => {},
  };
}

/** Tells of a training: rate, losses and time left on a terminal; to a parent process that started it, each epoch. */
export function trainingProgress({ train }: Recipe, lines = false): Listener & { readonly stop: () => void } {
  const pictures = progressLine('pictures', lines);
  const line = progressLine('training', lines);
  let validation = '';
  return {
    onPicture: (done, total) => {
      pictures.update(done, total);
      if (done === total) pictures.stop();
    },
    onStep: ({ epoch, step, stepsPerEpoch, loss, imagesPerSecond }) => {
      const text = `epoch ${epoch}/${train.epochs} loss ${loss.toExponential(2)}${validation} ${short(imagesPerSecond)} img/s`;
      line.update((epoch - 1) * stepsPerEpoch + step, train.epochs * stepsPerEpoch, text);
    },
    onTransfer: ({ taken, fresh }) => {
      const anew = fresh.length > 0 ? `; ${fresh.join(', ')} begin anew` : '';
      if (process.stderr.isTTY || lines) tell(`${taken.length} tensors taken from ${train.from}${anew}`);
    },
    onEpoch: (metrics) => {
      validation = ` validation ${metrics.validationLoss.toExponential(2)} (${short(metrics.validationPixels.mean)} px)`;
      // One that was killed cannot be told; that must not end this process before it has noticed, and saved.
      if (process.connected) process.send?.(metrics, undefined, undefined, () => {});
    },
    stop: () => {
      pictures.stop();
      line.stop();
    },
  };
}
