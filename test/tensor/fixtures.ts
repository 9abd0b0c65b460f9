import { readFileSync } from 'node:fs';

/** A tensor of the PyTorch fixtures: row-major, NCHW. */
export interface FixtureTensor {
  readonly shape: number[];
  readonly data: number[];
}

export const fixtures = <T>(name: string): T[] =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));

export const floats = ({ data }: FixtureTensor): Float32Array => Float32Array.from(data.flat());
