import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drawFace, pointsOf } from '../appearance/draw.js';
import { decodeModel } from '../appearance/file.js';
import type { AppearanceModel } from '../appearance/model.js';
import { drawFrom } from '../appearance/scatter.js';
import { InputError } from '../errors.js';
import { boxAround } from '../image/box.js';
import { tripled } from '../image/decode.js';
import { nearest } from '../nearest.js';
import { randomFor } from '../random.js';
import { unreadable } from './folder.js';
import type { Markup } from './markup.js';
import { quoted } from './quoted.js';
import type { Dataset, Sample } from './sample.js';
import { storedMarkup } from './stored-markup.js';

const prefix = 'made:';
const modelFolder = fileURLToPath(new URL('../../appearance', import.meta.url));

/** What is drawn where the name does not say: as many people as the IMM face database has. */
const defaults = { people: 40, seed: 0 };

/** Whether a data set is named that is made, not read: `made:imm58`, `made:imm58,people=200,seed=1`, `made:mine.bin,pictures=2`. */
export const isMade = (path: string): boolean => path.startsWith(prefix);

/** The names of the appearance models that come with the package. */
export const builtInAppearances = (): string[] =>
  existsSync(modelFolder)
    ? readdirSync(modelFolder)
        .filter((file) => file.endsWith('.bin'))
        .map((file) => file.slice(0, -'.bin'.length))
        .sort()
    : [];

/**
 * A data set of faces that nobody has: `made:MODEL[,people=40][,pictures=6][,seed=0]`. MODEL is an appearance model that
 * comes with the package, or a file of `fiducial fit-appearance`. Each person is a group, numbered from 1, and has `pictures`
 * pictures, one a view of the model where not said; their views are a tag. The same name gives the same pictures, bit for
 * bit, and more people are the same people and others. Pictures are drawn when they are asked for. Grey, also as RGB.
 * Throws an InputError for an unknown model or setting, and for a damaged file.
 */
export function openMade(path: string): Dataset {
  const { file, settings } = parse(path);
  const { model, markup } = readAppearance(file);
  const { people, seed, pictures = model.population.views.length } = settings;
  const digits = Math.max(2, String(people).length);
  const samples = Array.from({ length: people }, (_, i) => {
    const person = String(i + 1).padStart(digits, '0');
    return Array.from({ length: pictures }, (_, k) => makeSample(model, path, seed, person, k));
  });
  const name = `made faces (${model.name})`;
  return { name, markup, samples: samples.flat(), terms: model.terms };
}

function makeSample(model: AppearanceModel, path: string, seed: number, person: string, k: number): Sample {
  const number = Number(person);
  const { views, persons, pictures } = model.population;
  const view = views[k % views.length]!;
  const length = view.mean.length;
  const own = drawFrom(persons, length, randomFor(seed, 'person', number));
  const random = randomFor(seed, 'picture', number, k);
  const face = () => {
    const moment = drawFrom(pictures, length, random);
    return own.map((value, i) => value + moment[i]! + view.mean[i]!);
  };
  let parameters = face();
  // A few would leave the picture, as none did that the model was fitted to.
  for (let tries = 0; tries < mostTries && !isInside(pointsOf(model, parameters), model); tries++) parameters = face();
  const points = pointsOf(model, parameters);
  const id = `${person}-${k + 1}`;
  return {
    id,
    picture: `${path}/${id}`,
    draw: async ({ channels }) => {
      // Drawing takes a while: whoever waits for a signal or shows progress has a turn between two pictures.
      await setImmediate();
      const { picture } = drawFace(model, parameters, randomFor(seed, 'wall', number, k));
      return channels === 1 ? picture : { ...picture, channels, data: tripled(picture.data) };
    },
    box: boxAround(points),
    points,
    group: person,
    tags: views.length > 1 ? { view: view.name } : {},
  };
}

const mostTries = 20;

function isInside(points: Float32Array, { picture: { width, height } }: AppearanceModel): boolean {
  return points.every((value, i) => value >= 0 && value <= (i % 2 === 0 ? width : height) - 1);
}

type Settings = typeof defaults & { pictures?: number };

function parse(path: string): { file: string; settings: Settings } {
  const [model, ...parts] = path.slice(prefix.length).split(',');
  const settings: Settings = { ...defaults };
  for (const part of parts) {
    const [, key, value] = /^(\w+)=(\d{1,7})$/.exec(part.trim()) ?? [];
    if (key !== 'people' && key !== 'pictures' && key !== 'seed') {
      const hint = nearest(/^\w*/.exec(part.trim())![0], ['people', 'pictures', 'seed']);
      throw new InputError(`${path}: ${quoted(part)} is no setting such as people=40${hint}`);
    }
    if (key !== 'seed' && Number(value) < 1) throw new InputError(`${path}: ${key} must be 1 or more`);
    settings[key] = Number(value);
  }
  return { file: modelFile(model ?? ''), settings };
}

function modelFile(name: string): string {
  if (/[/\\]|\.bin$/.test(name)) return name;
  const known = builtInAppearances();
  if (known.includes(name)) return `${modelFolder}/${name}.bin`;
  throw new InputError(
    `there is no appearance model ${quoted(name)} (a file is given with its ending, .bin)${nearest(name, known)}`,
  );
}

const read = new Map<string, { model: AppearanceModel; markup: Markup }>();

/** Each file is read once a process. */
function readAppearance(file: string): { model: AppearanceModel; markup: Markup } {
  const known = read.get(file);
  if (known) return known;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const model = decodeModel(bytes, file);
  const { success, data: markup } = storedMarkup.safeParse(model.markup);
  if (!success || markup.points.length !== model.meanShape.length / 2) {
    throw new InputError(`${file}: is a damaged appearance model (its markup); copy or fit it again`);
  }
  const fresh = { model, markup };
  read.set(file, fresh);
  return fresh;
}
