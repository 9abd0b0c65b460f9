import type { Random } from '../random.js';
import type { Shape } from './types.js';
import { sizeOf } from './types.js';

/** Fills a parameter or buffer with its first values, drawn from a seeded stream. */
export type Initialiser = (data: Float32Array, random: Random) => void;

/** How many inputs an output element is made of: weight [out, in] or [out, in / groups, kh, kw]. */
export const fanIn = (shape: Shape): number => sizeOf(shape.slice(1));

/** How many output elements an input element reaches: weight [out, in] or [out, in / groups, kh, kw]. */
export const fanOut = (shape: Shape): number => shape[0]! * sizeOf(shape.slice(2));

/** The same number everywhere: batch norm's scale and running variance begin at 1, its shift and running mean at 0. */
export const fill =
  (value: number): Initialiser =>
  (data) => {
    data.fill(value);
  };

/** Uniform in ±1 / √fanIn: PyTorch's default for the weight and the bias of Conv2d and Linear. */
export function fanInUniform(fanIn: number): Initialiser {
  const bound = 1 / Math.sqrt(fanIn);
  return (data, random) => {
    for (let i = 0; i < data.length; i++) data[i] = random.uniform(-bound, bound);
  };
}

/**
 * Normal with deviation √(2 / fan), which keeps the variance through ReLU layers: forward with the fan in, backward
 * with the fan out (PyTorch's `kaiming_normal_(mode='fan_out')`, usual for residual networks).
 * He et al., "Delving deep into rectifiers", 2015.
 */
export function kaimingNormal(fan: number): Initialiser {
  const deviation = Math.sqrt(2 / fan);
  return (data, random) => {
    for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
  };
}
