import type { Markup } from '../markup.js';
import type { Dataset } from '../sample.js';
import type { OnProblem } from './problem.js';

export interface ReadOptions {
  /** The scheme of the points. Where absent: what the format says of it, else 68 points are `ibug68`, others numbered. */
  readonly markup?: Markup;
  /** The folder that the pictures' paths are relative to; where absent, the annotation's own. */
  readonly pictures?: string;
  /** Told of each face that is left out, and why; without it the first problem is thrown. */
  readonly onProblem?: OnProblem;
}

export interface WriteOptions {
  /** Told of each face that the format cannot hold; without it the first is thrown, and nothing written. */
  readonly onProblem?: OnProblem;
}

/** A way of storing pictures' points. */
export interface Format {
  /** As `convertDataset` takes it. */
  readonly name: string;
  /** One line for a help text. */
  readonly about: string;
  /** Of the annotation files, `.xml`. */
  readonly ending: string;
  /** One file for all pictures, or one beside each: then `path` is their folder. */
  readonly files: 'one' | 'one a picture';
  /** Whether a file of that ending is one, by its first 4 kB, byte by byte; where absent, the ending tells. */
  recognises?(start: string): boolean;
  /** Throws an InputError that names file and line. */
  read(path: string, options?: ReadOptions): Promise<Dataset>;
  /** Absent where the format is only read. Throws an InputError that names the file or the face. */
  write?(dataset: Dataset, path: string, options?: WriteOptions): Promise<void>;
}
