import { InputError } from '../../errors.js';
import type { Box } from '../../image/box.js';
import type { Size } from '../../image/crop.js';
import { oneLine, quoted } from '../quoted.js';
import { pixels } from './numbers.js';
import { type OnProblem, report } from './problem.js';
import { readXml } from './xml-events.js';

/** A `<box>` with its `<part>`s, as the file has it. */
export interface XmlFace {
  /** File and line. */
  readonly where: string;
  /** The picture as the file names it. */
  readonly picture: string;
  readonly size: Size | undefined;
  readonly box: Box;
  /** By name; numbers without leading zeros. */
  readonly parts: ReadonlyMap<string, readonly [x: number, y: number]>;
  readonly label: string | undefined;
}

export interface XmlFaces {
  readonly name: string;
  readonly comment: string;
  readonly faces: readonly XmlFace[];
}

type Attributes = Readonly<Record<string, string>>;

/** A face while its tags come in; `problem` is the first thing that was wrong with it. */
interface OpenFace extends Omit<XmlFace, 'parts' | 'label' | 'box'> {
  box: Box | undefined;
  parts: Map<string, readonly [number, number]>;
  label: string | undefined;
  problem: InputError | undefined;
}

/**
 * The faces of a dlib XML, in its order; those marked `ignore` are left out. A face with a broken number or a part named
 * twice goes to `onProblem`; a file that is no dlib XML throws an InputError in any case.
 */
export async function readXmlFaces(file: string, onProblem: OnProblem | undefined): Promise<XmlFaces> {
  let name = '';
  let comment = '';
  const faces: XmlFace[] = [];
  const path: string[] = [];
  let image: { picture: string | undefined; size: Size | undefined } | undefined;
  let face: OpenFace | undefined;

  await readXml(file, {
    open(tag, attributes, line) {
      const where = `${file}:${line}`;
      const parent = path.at(-1);
      if (!parent && tag !== 'dataset') {
        throw new InputError(
          `${where}: the root is <${oneLine(tag)}>, where dlib's XML has <dataset>; is it another format?`,
        );
      }
      path.push(tag);
      if (tag === 'image') {
        image = { picture: attributes.file, size: sizeOf(attributes) };
        if (!image.picture)
          report(new InputError(`${where}: <image> has no file="…"; its faces are left out`), onProblem);
      } else if (tag === 'box') {
        if (parent !== 'image' || !image)
          throw new InputError(`${where}: <box> stands outside of <image>; mend it there`);
        if (image.picture && !isIgnored(attributes)) face = openFace(where, image.picture, image.size, attributes);
      } else if (tag === 'part') {
        if (parent !== 'box') throw new InputError(`${where}: <part> stands outside of <box>; mend it there`);
        if (face) addPart(face, attributes, where);
      }
    },
    close(tag, text) {
      path.pop();
      if (tag === 'name' && path.length === 1) name = oneLine(text);
      if (tag === 'comment' && path.length === 1) comment = text;
      if (tag === 'label' && face) face.label = oneLine(text);
      if (tag !== 'box' || !face) return;
      const { box, problem, ...rest } = face;
      face = undefined;
      if (box && !problem) faces.push({ ...rest, box });
      else if (problem) report(problem, onProblem);
    },
  });
  return { name, comment, faces };
}

/** Newer imglab writes the picture's size; what is no size is as good as none. */
function sizeOf({ width, height }: Attributes): Size | undefined {
  const size = { width: Number(width), height: Number(height) };
  return size.width > 0 && size.height > 0 ? size : undefined;
}

const isIgnored = ({ ignore }: Attributes): boolean => ignore === '1' || ignore === 'true';

function openFace(where: string, picture: string, size: Size | undefined, attributes: Attributes): OpenFace {
  const face: OpenFace = {
    where,
    picture,
    size,
    box: undefined,
    parts: new Map(),
    label: undefined,
    problem: undefined,
  };
  attempt(face, () => {
    const [left, top, width, height] = (['left', 'top', 'width', 'height'] as const).map((key) =>
      pixels(attributes[key], where, `${key} of the box`),
    );
    face.box = { left: left!, top: top!, width: width!, height: height! };
  });
  return face;
}

function addPart(face: OpenFace, { name, x, y }: Attributes, where: string): void {
  attempt(face, () => {
    if (!name) throw new InputError(`${where}: <part> has no name="…"; name or number it as the others`);
    const key = /^\d+$/.test(name) ? String(Number(name)) : name;
    const shown = `part ${quoted(name)}`;
    if (face.parts.has(key)) throw new InputError(`${where}: ${shown} stands twice in this face; remove one of them`);
    face.parts.set(key, [pixels(x, where, `x of ${shown}`), pixels(y, where, `y of ${shown}`)]);
  });
}

function attempt(face: OpenFace, add: () => void): void {
  try {
    add();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    face.problem ??= error;
  }
}
