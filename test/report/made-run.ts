import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { normalisingDistance, pointErrors } from '../../src/metrics/point-error.js';
import { mean } from '../../src/metrics/quantile.js';
import { type FaceError, score } from '../../src/metrics/score.js';
import { randomFor } from '../../src/random.js';
import type { EpochMetrics, RunEvaluation, RunInfo } from '../../src/train/run.js';
import { madeFace, madeMarkup, madePicture } from './made-face.js';

export interface MadeRun {
  /** Indices of the markup; all 58 where absent. */
  readonly points?: readonly number[];
  readonly people?: number;
  readonly epochs?: number;
  readonly width?: number;
  /** Whether the training has ended. */
  readonly ended?: boolean;
  readonly learningRate?: number;
  readonly seed?: number;
  /** Whether the model says how sure it is. */
  readonly sure?: boolean;
}

const views = ['1 frontal', '2 frontal, smiling', '3 turned left', '4 turned right', '5 side light', '6 free'];
const turns = [0, 0, -0.55, 0.55, 0, 0.2];

/** Writes what a small training could have written: a run folder, see docs/run-folder.md. */
export async function makeRun(folder: string, made: MadeRun = {}): Promise<string> {
  const { points, people = 2, width = 160, ended = true, learningRate = 0.003, seed = 1, sure = false } = made;
  mkdirSync(join(folder, 'pictures'), { recursive: true });
  const height = (width * 3) / 4;
  const random = randomFor(seed, 'made run');
  const chosen = points ?? madeMarkup.points.map((_, i) => i);
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('recipe.json', JSON.stringify(info(made, people)));
  write(
    'metrics.jsonl',
    epochs(made)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  write('summary.txt', summary);
  if (!ended) return folder;

  const header = ['name', 'picture', 'group', 'error', 'normaliser', 'view'];
  const pairs = (prefix: string) => chosen.flatMap((_, i) => [`${prefix}x${i}`, `${prefix}y${i}`]);
  const spreadColumns = sure ? chosen.map((_, i) => `e${i}`) : [];
  const rows = [[...header, ...pairs(''), ...pairs('t'), ...spreadColumns].join(',')];
  const index: Record<string, object> = {};
  const best: FaceError[] = [];
  const floor: FaceError[] = [];
  for (let person = 0; person < people; person++) {
    const skill = 0.6 + 0.25 * (person % 4);
    for (const [v, view] of views.entries()) {
      const name = `${33 + person}-${v + 1}m`;
      const centre = { x: width * random.uniform(0.42, 0.58), y: height * random.uniform(0.42, 0.5) };
      const face = madeFace(centre, width * 0.17, turns[v]!);
      const truth = chosen.flatMap((i) => [face[2 * i]!, face[2 * i + 1]!]);
      const spread =
        width * 0.003 * (1 + Math.log10(learningRate / 0.002) ** 2) * skill * (1 + 4 * Math.abs(turns[v]!));
      const shift = [random.normal() * spread, random.normal() * spread];
      const predicted = truth.map((value, i) => value + shift[i % 2]! + random.normal() * spread * 0.5);
      const pixels = mean(pointErrors(predicted, truth));
      const normaliser = normalisingDistance(madeMarkup.normalisers[0]!, face);
      best.push({ pixels, normaliser, squared: (pixels / width) ** 2 });
      floor.push({ pixels: pixels * 2 + width * 0.03, normaliser, squared: 0.002 });
      const fields = [name, `${name}.jpg`, String(33 + person), pixels, normaliser, `"${view}"`];
      const expected = sure ? chosen.map(() => spread * 1.1 * Math.exp(0.2 * random.normal())) : [];
      rows.push([...fields, ...[...predicted, ...truth, ...expected].map((value) => value.toFixed(3))].join(','));
      const jpeg = await sharp(Buffer.from(madePicture(face, width, height, person * 47)))
        .resize(width / 2)
        .jpeg()
        .toBuffer();
      writeFileSync(join(folder, 'pictures', `${name}.jpg`), jpeg);
      index[name] = { file: `${name}.jpg`, scale: 0.5, left: -0.5, top: -0.5 };
    }
  }
  write('predictions.csv', `${rows.join('\n')}\n`);
  write('pictures/index.json', JSON.stringify(index));
  const named = madeMarkup.normalisers[0]!.name;
  const last = best.map((face) => ({ ...face, pixels: face.pixels * 1.08 }));
  const written = epochs(made);
  const evaluation: RunEvaluation = {
    best: { ...score(best, named), epoch: written.findLast((line) => line.best)!.epoch },
    last: { ...score(last, named), epoch: written.length },
    floor: score(floor, named),
  };
  write('evaluation.json', JSON.stringify(evaluation));
  return folder;
}

function info({ points, epochs = 12, learningRate = 0.003, seed = 1 }: MadeRun, people: number): RunInfo {
  return {
    name: points ? 'nose' : 'face58',
    recipe: {
      name: points ? 'nose' : 'face58',
      about: 'A made run, to look at reports.',
      data: { markup: 'imm58', validation: { groups: '33-40' }, ...(points ? { points: [...points] } : {}) },
      input: { channels: 1, height: 80, width: 60, crop: { kind: 'picture' }, mean: 0.5, deviation: 1 },
      model: { name: 'cnn1', start: 'zero', startFactor: 0.1 },
      loss: { kind: 'mse' },
      train: {
        epochs,
        batch: 8,
        parts: 1,
        optimiser: 'adam',
        learningRate,
        momentum: 0.9,
        weightDecay: 0,
        schedule: { kind: 'constant' },
        seed,
      },
    },
    markup: madeMarkup,
    versions: { fiducial: '0.1.0', onnxruntime: '1.30.0', node: 'v20.20.2' },
    machine: 'linux x64, 2 cores',
    data: { name: 'made', folder: 'faces', fingerprint: 'a'.repeat(64), train: 4 * people * 6, validation: people * 6 },
  };
}

function epochs({ epochs: length = 12, width = 160, learningRate = 0.003, seed = 1 }: MadeRun): EpochMetrics[] {
  const random = randomFor(seed, 'epochs');
  const rate = Math.log10(learningRate / 0.003);
  let least = Number.POSITIVE_INFINITY;
  return Array.from({ length }, (_, i) => {
    const progress = i / length;
    const trainLoss = 0.0002 + 0.05 * Math.exp(-progress * (9 - 3 * rate ** 2)) * random.uniform(0.8, 1.25);
    const validationLoss = trainLoss + (0.001 + 0.001 * progress + 0.001 * rate ** 2) * random.uniform(0.8, 1.3);
    const best = validationLoss < least;
    if (best) least = validationLoss;
    const pixels = width * Math.sqrt(validationLoss) * 1.2;
    const seconds = random.uniform(0.7, 0.9);
    return {
      epoch: i + 1,
      trainLoss,
      validationLoss,
      validationPixels: { mean: pixels, median: pixels * 0.85 },
      learningRate,
      seconds,
      imagesPerSecond: 192 / seconds,
      waitSeconds: 0.1,
      best,
    };
  });
}

const summary = `----------------------------------------------------------------
        Layer (type)               Output Shape         Param #
================================================================
            Conv2d-1           [-1, 32, 74, 54]           1,600
           Linear-10                    [-1, 2]           1,026
================================================================
Total params: 80,290
----------------------------------------------------------------`;
