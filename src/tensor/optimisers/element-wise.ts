import { type Code, instantiate, op, pageBytes, type Routine, type, unsigned, variables } from '../../wasm.js';

/** A formula over arrays of equal length, applied to each element, four at a time, in single precision as PyTorch does. */
export interface Formula {
  /** How many arrays it has. */
  readonly arrays: number;
  /** Names of numbers, the same for all elements, in the order in which they are given. */
  readonly numbers: readonly string[];
  /** Names of what is computed on the way. */
  readonly between?: readonly string[];
  /** What is done to four elements. */
  readonly body: (language: Language) => Code;
  /** Which arrays it changes. */
  readonly changes: readonly number[];
}

/** What a formula is written in: all but `set` and `store` give a vector of four. */
export interface Language {
  load(array: number): Code;
  store(array: number, value: Code): Code;
  /** A number or what is computed on the way. */
  get(name: string): Code;
  set(name: string, value: Code): Code;
  plus(a: Code, b: Code): Code;
  minus(a: Code, b: Code): Code;
  times(a: Code, b: Code): Code;
  over(a: Code, b: Code): Code;
  root(a: Code): Code;
}

export type ElementWise = (arrays: readonly Float32Array[], numbers: readonly number[]) => void;

/** So much of each array is worked on at a time, a page of memory for each. */
const perPage = pageBytes / 4;

/**
 * The formula by WebAssembly's vectors; undefined where there are none. JavaScript, whose numbers are all doubles, takes two to
 * five times as long.
 */
export function elementWise(formula: Formula): ElementWise | undefined {
  const instance = instantiate(routine(formula));
  if (!instance) return undefined;
  const { memory, run } = instance;
  const pages = Array.from({ length: formula.arrays }, (_, i) => {
    return new Float32Array(memory.buffer, i * pageBytes, perPage);
  });
  return (arrays, numbers) => {
    const { length } = arrays[0]!;
    for (let start = 0; start < length; start += perPage) {
      const end = Math.min(length, start + perPage);
      for (const [i, array] of arrays.entries()) pages[i]!.set(array.subarray(start, end));
      // The last vector may have elements of none of them, which are not copied back.
      run(16 * Math.ceil((end - start) / 4), ...numbers);
      for (const i of formula.changes) arrays[i]!.set(pages[i]!.subarray(0, end - start), start);
    }
  };
}

function routine({ arrays, numbers, between = [], body }: Formula): Routine {
  const given = numbers.map((name) => `${name} given`);
  const { index, get, set } = variables(['bytes', ...given, 'at', ...numbers, ...between]);
  const splats = numbers.map((name, i) => set(name, [...get(given[i]!), op.f32x4.splat]));
  const offset = (array: number) => [4, ...unsigned(array * pageBytes)];
  const both =
    (operation: readonly number[]) =>
    (a: Code, b: Code): Code => [...a, ...b, operation];
  const language: Language = {
    load: (array) => [...get('at'), op.vector.load, offset(array)],
    store: (array, value) => [...get('at'), ...value, op.vector.store, offset(array)],
    get,
    set,
    plus: both(op.f32x4.add),
    minus: both(op.f32x4.sub),
    times: both(op.f32x4.mul),
    over: both(op.f32x4.div),
    root: (a) => [...a, op.f32x4.sqrt],
  };
  return {
    parameters: [type.i32, ...numbers.map(() => type.f32)],
    locals: [type.i32, ...[...numbers, ...between].map(() => type.v128)],
    body: [
      ...splats.flat(),
      ...[op.loop, type.none],
      ...body(language),
      ...[...get('at'), op.constant, 16, op.addInteger, op.tee, index('at')],
      ...[...get('bytes'), op.less, op.branchIf, 0],
      op.end,
    ],
    pages: arrays,
  };
}
