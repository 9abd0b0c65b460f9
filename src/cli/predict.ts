import { basename, dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { openDataset } from '../data/dataset.js';
import { isMade } from '../data/made.js';
import type { Markup } from '../data/markup.js';
import { readPicture } from '../data/read-picture.js';
import { reason, UsageError } from '../errors.js';
import { writeWhole } from '../files.js';
import type { Box } from '../image/box.js';
import { openDetector } from '../predict/detector.js';
import { findModel, readModel } from '../predict/find-model.js';
import { byPicture, type FaceInFile, type FoundFace, predictFiles } from '../predict/predict-files.js';
import { drawPoints } from '../report/draw-points.js';
import { runtime, sessionOptions } from './engine.js';
import { parseBox } from './options.js';
import { print } from './output.js';
import { progressLine } from './progress.js';

interface Options {
  readonly box?: Box;
  readonly boxes?: string;
  readonly pictures?: string;
  readonly csv?: string;
  readonly spread?: boolean;
  readonly mirror?: boolean;
  readonly draw?: string;
  readonly json?: boolean;
}

/** A face to look at. */
interface Task extends FaceInFile {
  /** The picture, as results call it. */
  readonly name: string;
}

type Found = FoundFace & Task;

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
    .option('--pictures <dir>', 'where the pictures of --boxes lie, if not beside it')
    .option('--csv <file>', 'write name,x0,y0,… a row a face; on stdout where absent')
    .option('--spread', 'add columns e0,e1,… to the CSV: how many pixels off the model expects each point to be')
    .option('--mirror', 'take the mean of the predictions of each face and of its mirror image: twice the work')
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
      const progress = progressLine('faces');
      const answers = await predictFiles(detector, tasks, {
        mirror: options.mirror ?? false,
        onProblem: (problem) => failures.push(reason(problem)),
        onFace: progress.update,
      });
      progress.stop();
      await detector.inference.release();
      const found = answers.flatMap((answer, i): Found[] => (answer ? [{ ...tasks[i]!, ...answer }] : []));
      if (options.draw !== undefined) await drawAll(options.draw, found, detector.metadata.markup);
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
  { box, boxes: file, pictures: folder }: Options,
  failures: string[],
): Promise<Task[]> {
  if (!file) {
    const sources = await Promise.all(pictures.map(sourcesOf));
    return sources.flat().map((source) => ({ name: source.picture, ...source, ...(box ? { box } : {}) }));
  }
  if (box || pictures.length > 0) throw new UsageError('--boxes names pictures and boxes itself: give no others');
  const { samples } = await openDataset(file, {
    ...(folder === undefined ? {} : { pictures: folder }),
    onProblem: (problem) => failures.push(reason(problem)),
  });
  return samples.map(({ picture, draw, box: seen }) => ({
    name: draw ? picture : relative(folder ?? dirname(file), picture),
    picture,
    ...(draw ? { draw } : {}),
    box: seen,
  }));
}

/** Draws each picture with the points of its faces into a file of its own, named as it. */
async function drawAll(folder: string, found: readonly Found[], markup: Markup): Promise<void> {
  const pictures = byPicture(found);
  const names = drawingNames(pictures.map(([face]) => face!.picture));
  const progress = progressLine('drawings');
  for (const [i, faces] of pictures.entries()) {
    const drawing = await drawPoints(await readPicture(faces[0]!, { channels: 3 }), faces, markup);
    writeWhole(join(folder, names[i]!), drawing);
    progress.update(i + 1, pictures.length);
  }
  progress.stop();
}

/** A picture's file; or all pictures of a made data set, as if each were named. */
const sourcesOf = async (picture: string): Promise<readonly Pick<FaceInFile, 'picture' | 'draw'>[]> =>
  isMade(picture)
    ? (await openDataset(picture)).samples.map(({ picture: name, draw }) => ({
        picture: name,
        ...(draw ? { draw } : {}),
      }))
    : [{ picture }];

/** A PNG for each picture, named as it; where two have one name, the second is `NAME-2.png`. */
function drawingNames(files: readonly string[]): string[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const stem = basename(file).replace(/\.[^.]+$/, '');
    let name = `${stem}.png`;
    for (let i = 2; taken.has(name); i++) name = `${stem}-${i}.png`;
    taken.add(name);
    return name;
  });
}

function csv(faces: readonly Found[], count: number, withSpread: boolean): string {
  const columns = Array.from({ length: count }, (_, i) => i);
  const head = [
    'name',
    ...columns.flatMap((i) => [`x${i}`, `y${i}`]),
    ...(withSpread ? columns.map((i) => `e${i}`) : []),
  ];
  const numbers = (values: Float32Array) => Array.from(values, (v) => v.toFixed(3));
  return stringify([
    head,
    ...faces.map(({ name, points, spread }) => [
      name,
      ...numbers(points),
      ...(withSpread && spread ? numbers(spread) : []),
    ]),
  ]);
}

const plain = ({ name, box, points, spread }: Found) => ({
  ...(spread ? { spread: [...spread] } : {}),
  picture: name,
  box,
  points: Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i]!, points[2 * i + 1]!]),
});
