import { basename, dirname } from 'node:path';
import { InputError } from '../../errors.js';
import { writeWhole } from '../../files.js';
import type { Markup } from '../markup.js';
import { oneLine, quoted } from '../quoted.js';
import type { Dataset, Sample } from '../sample.js';
import { readXmlFaces, type XmlFace } from './dlib-xml-faces.js';
import { type Face, samplesOf } from './faces.js';
import type { Format, ReadOptions, WriteOptions } from './format.js';
import { allPoints, eachHeld } from './held.js';
import { withoutExtension } from './known-sets.js';
import { pictureLocator, pictureReference } from './locate-pictures.js';
import { mostFrequent } from './most-frequent.js';
import { rounded } from './numbers.js';
import { reporting } from './problem.js';
import { recogniseMarkup } from './recognise-markup.js';
import { escapeXml } from './xml-events.js';

/**
 * Reads the XML of dlib's training tools and imglab (http://dlib.net): pictures with boxes, these with parts or without.
 * Parts named by numbers, from 0 or 1, are points in that order; others are known by their names. Boxes marked `ignore` are
 * left out; a `<label>` becomes the tag `label`. Which parts a face must have is given by the markup, else by what most
 * faces have. Throws an InputError that names file and line.
 */
export async function readDlibXml(file: string, options: ReadOptions = {}): Promise<Dataset> {
  const { onProblem } = options;
  const { name, comment, faces } = await readXmlFaces(file, onProblem);
  const noted = (key: string) => new RegExp(`^\\s*${key}: (.+)$`, 'm').exec(comment)?.[1]?.trim();
  const scheme = schemeOf(faces, noted('markup'), options.markup, file);
  const locate = pictureLocator(options.pictures ?? dirname(file));
  const whole = faces.flatMap((face): Face[] => {
    const { where, picture, box, size, label } = face;
    const found = reporting(onProblem, () => ({ points: pointsOf(face, scheme) }));
    if (!found) return [];
    return [
      {
        ...{ where, name: picture, picture: locate(picture), box },
        ...(found.points && { points: found.points }),
        ...(size && { size }),
        ...(label && { tags: { label } }),
      },
    ];
  });
  const terms = noted('terms');
  return {
    name: name || withoutExtension(basename(file)),
    markup: scheme.markup,
    ...(await samplesOf(whole, file, onProblem)),
    ...(terms && { terms }),
  };
}

interface Scheme {
  readonly markup: Markup;
  /** The name of the part that is each point. */
  readonly parts: readonly string[];
}

function schemeOf(
  faces: readonly XmlFace[],
  called: string | undefined,
  given: Markup | undefined,
  file: string,
): Scheme {
  const parts = usualParts(faces);
  const numbered = isNumbered(parts);
  if (given && (!numbered || parts.length === 0)) return { markup: given, parts: given.points };
  const markup = recogniseMarkup(
    { count: parts.length, ...(!numbered && { names: parts }), ...(called && { called }) },
    given,
    file,
  );
  return { markup, parts };
}

/** The names that most of the faces with points have, numbers in order, names as in the first such face. */
function usualParts(faces: readonly XmlFace[]): string[] {
  const withParts = faces.filter(({ parts }) => parts.size > 0);
  const key = ({ parts }: XmlFace) => JSON.stringify([...parts.keys()].sort());
  const usual = mostFrequent(withParts.map(key));
  const names = [...(withParts.find((face) => key(face) === usual)?.parts.keys() ?? [])];
  return names.every((name) => /^\d+$/.test(name)) ? names.sort((a, b) => Number(a) - Number(b)) : names;
}

/** Whether the sorted names count from 0 or from 1. */
const isNumbered = (parts: readonly string[]): boolean =>
  [0, 1].some((first) => parts.every((name, i) => name === String(i + first)));

function pointsOf({ where, parts }: XmlFace, scheme: Scheme): Float32Array | undefined {
  if (parts.size === 0) return undefined;
  const missing = scheme.parts.filter((name) => !parts.has(name));
  const unknown = [...parts.keys()].filter((name) => !scheme.parts.includes(name));
  const names = (list: string[]) =>
    `${list.length === 1 ? 'part' : 'parts'} ${list.slice(0, 5).map(oneLine).join(', ')}${list.length > 5 ? ', …' : ''}`;
  const wrong = [
    ...(missing.length ? [`lacks ${names(missing)}`] : []),
    ...(unknown.length ? [`has the unknown ${names(unknown)}`] : []),
  ];
  if (wrong.length > 0) {
    throw new InputError(
      `${where}: this face ${wrong.join(' and ')}; the scheme has ${scheme.parts.length} parts, mend it or remove the face`,
    );
  }
  return Float32Array.from(scheme.parts.flatMap((name) => parts.get(name)!));
}

/**
 * Writes it: whole pixels, which is all that dlib's own reader takes; part names are numbers with leading zeros, so that
 * dlib, which sorts them as text, keeps their order. Faces of one picture stand together. Groups and tags are not held,
 * but for the tag `label`; the comment holds the name of the markup and the terms of use. Pictures are named relative to the file. Throws an InputError, or tells `onProblem`, of a face
 * that the format cannot hold: one with points that are not annotated.
 */
export async function writeDlibXml(dataset: Dataset, file: string, { onProblem }: WriteOptions = {}): Promise<void> {
  const refer = pictureReference(dirname(file));
  const pictures = new Map<string, string[]>();
  for (const { sample, written } of eachHeld(dataset, onProblem, boxElement)) {
    const image = `  <image file="${escaped(refer(sample.picture), sample.id)}">\n`;
    const faces = pictures.get(image);
    if (faces) faces.push(written);
    else pictures.set(image, [written]);
  }
  const terms = dataset.terms ? `\nterms: ${escaped(dataset.terms, file)}` : '';
  writeWhole(
    file,
    '<?xml version="1.0" encoding="UTF-8"?>\n<dataset>\n',
    `<name>${escaped(dataset.name, file)}</name>\n`,
    `<comment>markup: ${escaped(dataset.markup.name, file)}${terms}</comment>\n<images>\n`,
    [...pictures].map(([image, faces]) => `${image}${faces.join('')}  </image>\n`).join(''),
    '</images>\n</dataset>\n',
  );
}

function boxElement(sample: Sample): string {
  const { id, box, tags } = sample;
  const points = sample.points && allPoints(sample, 'dlib-xml');
  const { left, top, width, height } = box;
  const lines = [
    `    <box top="${rounded(top, 0)}" left="${rounded(left, 0)}" width="${side(width)}" height="${side(height)}">`,
    ...(tags.label ? [`      <label>${escaped(tags.label, id)}</label>`] : []),
  ];
  const count = (points?.length ?? 0) / 2;
  const digits = Math.max(2, String(count - 1).length);
  for (let i = 0; i < count; i++) {
    const name = String(i).padStart(digits, '0');
    lines.push(
      `      <part name="${name}" x="${rounded(points![2 * i]!, 0)}" y="${rounded(points![2 * i + 1]!, 0)}"/>`,
    );
  }
  return `${lines.join('\n')}\n    </box>\n`;
}

/** A side below half a pixel would round to a box without area. */
const side = (length: number): string => rounded(Math.max(length, 1), 0);

function escaped(text: string, where: string): string {
  const xml = escapeXml(text);
  if (xml !== undefined) return xml;
  throw new InputError(`${where}: ${quoted(text)} has a character that XML cannot hold; rename it`);
}

export const dlibXml: Format = {
  name: 'dlib-xml',
  about: 'XML of dlib and imglab: boxes with numbered parts, in whole pixels',
  ending: '.xml',
  files: 'one',
  recognises: (start) => /<dataset\b/.test(start),
  read: readDlibXml,
  write: writeDlibXml,
};
