import { InputError } from '../../errors.js';
import { nearest } from '../../nearest.js';
import { readImm } from '../imm.js';
import { quoted } from '../quoted.js';
import { cat } from './cat.js';
import { coco } from './coco.js';
import { csvPoints } from './csv-points.js';
import { dlibXml } from './dlib-xml.js';
import type { Format } from './format.js';
import { pts } from './pts.js';

/** Only read, for its coordinates are shares of a picture with people and views in its name. */
const imm: Format = {
  name: 'imm',
  about: 'the IMM face database: an .asf file beside each picture, 58 points',
  ending: '.asf',
  files: 'one a picture',
  read: (folder) => readImm(folder),
};

/** The formats that data sets are read from. Where a folder holds several, the first one reads. */
export const formats: readonly Format[] = [imm, dlibXml, csvPoints, coco, pts, cat];

/** Throws an InputError that proposes a name where it is unknown. */
export function formatNamed(name: string): Format {
  const found = formats.find((format) => format.name === name);
  if (found) return found;
  const known = formats.map((format) => format.name);
  throw new InputError(`unknown format ${quoted(name)}${nearest(name, known)}`);
}
