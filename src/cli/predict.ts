import { basename, dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { openDataset } from '../data/dataset.js';
import { isMade } from '../data/made.js';
import { readPicture } from '../data/read-picture.js';
import type { Sample } from '../data/sample.js';
import { InputError, reason, UsageError } from '../errors.js';
import { writeWhole } from '../files.js';
import type { Box } from '../image/box.js';
import { type Detector, detect, openDetector } from '../predict/detector.js';
import { findModel, readModel } from '../predict/find-model.js';
import { drawPoints } from '../report/draw-points.js';
import { runtime, sessionOptions } from './engine.js';
import { parseBox } from './options.js';
import { print } from './output.js';
import { progressLine } from './progress.js';

interface Options {
  readonly box?: Box;
  readonly boxes?: string;
  readonly csv?: string;
  readonly spread?: boolean;
  readonly draw?: string;
  readonly json?: boolean;
}

/** A picture and the faces to look at in it; none: the whole picture. */
interface Task {
  /** As results call it. */
  readonly name: string;
  readonly source: Pick<Sample, 'picture' | 'draw'>;
  readonly boxes: readonly Box[];
}

interface FoundFace {
  readonly picture: string;
  readonly box: Box;
  /** In the picture's own pixels, [2·n]. */
  readonly points: Float32Array;
  /** How far off the model expects each point to be, in pixels, [n], where it says. */
  readonly spread?: Float32Array;
}

export function predictCommand(program: Command): void {
  program
    .command('predict')
    .summary('find the points of faces in pictures')
    .description(
      "Finds points in pictures, in the picture's own pixels (pixel centres at integers, from the top left).",
    )
    .argument('<run|model>', 'a run folder, an .onnx file, or a built-in model')
    .argument('[picture...]', 'PNG, JPEG and other pictures; or a made data set, such as made:imm58,people=2')
    .option('--box <l,t,w,h>', 'where the face is, in pixels; needed by models that crop to it', parseBox)
    .option('--boxes <file>', 'pictures and their boxes from an annotation file, such as dlib XML')
    .option('--csv <file>', 'write name,x0,y0,… a row a face; on stdout where absent')
    .option('--spread', 'add columns e0,e1,… to the CSV: how many pixels off the model expects each point to be')
    .option('--draw <dir>', 'write each picture with its points drawn')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  fiducial predict runs/nose portrait.jpg --draw out\n  fiducial predict face68.onnx photo.jpg --box 410,120,300,300 --csv points.csv\n  fiducial predict face68.onnx --boxes labels.xml --csv points.csv',
    )
    .action(async (model: string, pictures: string[], options: Options) => {
      if (pictures.length === 0 && !options.boxes)
        throw new UsageError('say which pictures: fiducial predict MODEL PICTURE…');
      const file = findModel(model);
      const detector = await openDetector(readModel(file), file, runtime, sessionOptions());
      const { crop } = detector.metadata.input;
      if (options.spread && !detector.inference.outputs.includes('spread')) {
        throw new UsageError(
          `${model} does not say how sure it is; train with loss={ kind: likelihood }, or leave --spread out`,
        );
      }
      if (crop.kind === 'box' && !options.box && !options.boxes) {
        throw new UsageError(
          `${model} looks at a face, not at a whole picture: say where it is with --box l,t,w,h or --boxes FILE`,
        );
      }
      const failures: string[] = [];
      const tasks = await tasksOf(pictures, options, failures);
      const found: FoundFace[] = [];
      const progress = progressLine('pictures');
      const drawings = drawingNames(tasks);
      for (const [i, task] of tasks.entries()) {
        const drawing = options.draw === undefined ? undefined : join(options.draw, drawings[i]!);
        try {
          found.push(...(await predictPicture(detector, task, drawing)));
        } catch (error) {
          // One bad picture does not keep the others from being done; the exit code tells.
          if (!(error instanceof InputError)) throw error;
          failures.push(reason(error));
        }
        progress.update(i + 1, tasks.length);
      }
      progress.stop();
      await detector.inference.release();
      for (const failure of failures) process.stderr.write(`fiducial: ${failure}\n`);
      if (failures.length > 0) process.exitCode = 1;
      if (found.length === 0) return;
      const table = csv(found, detector.metadata.markup.points.length, options.spread ?? false);
      if (options.csv) writeWhole(options.csv, table);
      if (options.json) {
        print(true, { model: file, points: detector.metadata.markup.points, faces: found.map(plain) }, () => '');
      } else if (!options.csv) process.stdout.write(table);
    });
}

async function tasksOf(
  pictures: readonly string[],
  { box, boxes: file }: Options,
  failures: string[],
): Promise<Task[]> {
  if (!file) {
    const sources = await Promise.all(pictures.map(sourcesOf));
    return sources.flat().map((source) => ({ name: source.picture, source, boxes: box ? [box] : [] }));
  }
  if (box || pictures.length > 0) throw new UsageError('--boxes names pictures and boxes itself: give no others');
  const dataset = await openDataset(file, { onProblem: (problem) => failures.push(reason(problem)) });
  const tasks: (Task & { boxes: Box[] })[] = [];
  for (const sample of dataset.samples) {
    const last = tasks.at(-1);
    // Faces of one picture stand one after the other: it is decoded once.
    if (last?.source.picture === sample.picture) last.boxes.push(sample.box);
    else
      tasks.push({
        name: sample.draw ? sample.picture : relative(dirname(file), sample.picture),
        source: sample,
        boxes: [sample.box],
      });
  }
  return tasks;
}

/** A picture's file; or all pictures of a made data set, as if each were named. */
const sourcesOf = async (picture: string): Promise<readonly Task['source'][]> =>
  isMade(picture) ? (await openDataset(picture)).samples : [{ picture }];

/** A PNG for each picture, named as it; where two have one name, the second is `NAME-2.png`. */
function drawingNames(tasks: readonly Task[]): string[] {
  const taken = new Set<string>();
  return tasks.map(({ source }) => {
    const stem = basename(source.picture).replace(/\.[^.]+$/, '');
    let name = `${stem}.png`;
    for (let i = 2; taken.has(name); i++) name = `${stem}-${i}.png`;
    taken.add(name);
    return name;
  });
}

/** @param drawing where the picture is written with its points drawn; nowhere if absent */
async function predictPicture(
  detector: Detector,
  { name, source, boxes }: Task,
  drawing: string | undefined,
): Promise<FoundFace[]> {
  const { input, markup } = detector.metadata;
  const picture = await readPicture(source, input);
  const { width, height } = picture;
  const chosen = boxes.length > 0 ? boxes : [{ left: 0, top: 0, width, height }];
  for (const box of chosen) {
    if (box.left >= width || box.top >= height || box.left + box.width <= 0 || box.top + box.height <= 0) {
      throw new InputError(
        `${source.picture}: the box ${Object.values(box)} lies wholly outside the ${width}×${height} picture`,
      );
    }
  }
  const found = await detect(
    detector,
    chosen.map((box) => ({ picture, box })),
  );
  const faces = found.map(({ points, spread }, i) => ({
    picture: name,
    box: chosen[i]!,
    points,
    ...(spread ? { spread } : {}),
  }));
  if (drawing !== undefined) {
    writeWhole(drawing, await drawPoints(await readPicture(source, { channels: 3 }), faces, markup));
  }
  return faces;
}

function csv(faces: readonly FoundFace[], count: number, withSpread: boolean): string {
  const columns = Array.from({ length: count }, (_, i) => i);
  const head = [
    'name',
    ...columns.flatMap((i) => [`x${i}`, `y${i}`]),
    ...(withSpread ? columns.map((i) => `e${i}`) : []),
  ];
  const numbers = (values: Float32Array) => Array.from(values, (v) => v.toFixed(3));
  return stringify([
    head,
    ...faces.map(({ picture, points, spread }) => [
      picture,
      ...numbers(points),
      ...(withSpread && spread ? numbers(spread) : []),
    ]),
  ]);
}

const plain = ({ picture, box, points, spread }: FoundFace) => ({
  ...(spread ? { spread: [...spread] } : {}),
  picture,
  box,
  points: Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i]!, points[2 * i + 1]!]),
});
