import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers. */
export interface Random {
  /** Uniform in [low, high); [0, 1) without arguments. */
  uniform(low?: number, high?: number): number;
  /** Standard normal, by Box and Muller (1958). */
  normal(): number;
  /** 32 random bits, as a signed whole number: the fast way to many numbers. */
  bits(): number;
  /** Uniform whole number in [0, count). */
  below(count: number): number;
  /** Fisher–Yates, in place. */
  shuffle<T>(items: T[]): T[];
}

/**
 * A stream that depends on the seed and the path alone, so that epoch 7's picture 12 is drawn alike in an
 * unbroken run, in a resumed one and in whichever worker prepares it.
 */
export function randomFor(seed: number, ...path: (string | number)[]): Random {
  const generator = xoroshiro128plusFromState(spread(fnv1a(JSON.stringify([seed, ...path]))));
  const uniform = (low = 0, high = 1) => low + (high - low) * uniformFloat64(generator);
  const below = (count: number) => Math.floor(uniform() * count);
  return {
    uniform,
    bits: () => generator.next(),
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [items[i], items[j]] = [items[j]!, items[i]!];
      }
      return items;
    },
  };
}

/** 32-bit FNV-1a hash, http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/**
 * Four state words of which each bit depends on each bit of the hash: FNV leaves neighbours such as epochs 7 and 8 alike in
 * many bits, and the generator's first numbers are little more than its state. SplitMix with the finaliser of
 * MurmurHash3; Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
 */
function spread(hash: number): [number, number, number, number] {
  const word = (i: number) => {
    let z = (hash + Math.imul(i, 0x9e3779b9)) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
  return [word(1), word(2), word(3), word(4)];
}
