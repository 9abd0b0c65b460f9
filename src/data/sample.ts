import type { Box } from '../image/box.js';
import type { Picture } from '../image/picture.js';
import type { Markup } from './markup.js';

/** A face in a picture. */
export interface Sample {
  /** Unique in its data set, e.g. `01-1m`. */
  readonly id: string;
  /** Path of the picture's file; of a picture that is drawn, a name that no other has. */
  readonly picture: string;
  /** Draws the picture where there is no file, the same each time; `readPicture` asks for either. */
  readonly draw?: (form: { readonly channels: 1 | 3 }) => Promise<Picture>;
  readonly box: Box;
  /** (x, y) pairs in the picture's pixels, centres at integers, shape [2·n]; absent where only the box is known. */
  readonly points?: Float32Array;
  /**
   * One number a point, shape [n], as COCO counts: 2 visible, 1 placed but hidden, 0 not annotated, its coordinates then
   * being (0, 0) and meaning nothing. Absent where every point is annotated and nothing is said of hidden ones.
   */
  readonly visible?: Uint8Array;
  /** Samples of one group (a person, a photo) stay on one side of a split. */
  readonly group: string;
  /** What a report breaks errors down by, e.g. `{ view: '3 turned left' }`. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Dataset {
  readonly name: string;
  readonly markup: Markup;
  readonly samples: readonly Sample[];
  /** The terms of use, which weights trained on the data inherit; absent where the data do not say. */
  readonly terms?: string;
}
