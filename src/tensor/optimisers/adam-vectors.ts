import { type Code, instantiate, op, pageBytes, type Routine, type, unsigned } from '../../wasm.js';

/** What one call changes, and how: {@link adam}'s formula. */
export interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  /** learningRate / (1 - β₁ᵗ) */
  readonly rate: number;
  /** 1 / √(1 - β₂ᵗ) */
  readonly correction: number;
  readonly penalty: number;
  readonly shrink: number;
  readonly epsilon: number;
}

/** Parameters, gradients, means and mean squares, of equal length; all but the gradients change. */
export type AdamArrays = readonly [Float32Array, Float32Array, Float32Array, Float32Array];
export type AdamUpdate = (arrays: AdamArrays, step: AdamStep) => void;

/** So much of each array is worked on at a time, a page for each. */
const perPage = pageBytes / 4;

/**
 * The step of Adam four elements at a time, in single precision as PyTorch does, by WebAssembly's vectors; undefined where
 * there are none. JavaScript, whose numbers are all doubles, takes two to five times as long.
 */
export function adamByVectors(): AdamUpdate | undefined {
  const instance = instantiate(routine());
  if (!instance) return undefined;
  const { memory, run } = instance;
  const pages = [0, 1, 2, 3].map((i) => new Float32Array(memory.buffer, i * pageBytes, perPage));
  return (arrays, { beta1, beta2, rate, correction, penalty, shrink, epsilon }) => {
    const { length } = arrays[0];
    for (let start = 0; start < length; start += perPage) {
      const end = Math.min(length, start + perPage);
      for (const [i, array] of arrays.entries()) pages[i]!.set(array.subarray(start, end));
      // The last vector may have elements of no parameter, which are not copied back.
      const bytes = 16 * Math.ceil((end - start) / 4);
      run(bytes, beta1, 1 - beta1, beta2, 1 - beta2, penalty, shrink, rate, correction, epsilon);
      for (const i of [0, 2, 3] as const) arrays[i].set(pages[i]!.subarray(0, end - start), start);
    }
  };
}

function routine(): Routine {
  // Parameters: how many bytes, then nine numbers; then a vector of each number, where we are, and four vectors.
  const numbers = ['beta1', 'rest1', 'beta2', 'rest2', 'penalty', 'shrink', 'rate', 'correction', 'epsilon'] as const;
  const vector = (name: (typeof numbers)[number]) => [op.get, 1 + numbers.length + numbers.indexOf(name)];
  const at = 1 + 2 * numbers.length;
  const [parameter, slope, mean, square] = [1, 2, 3, 4].map((i) => at + i) as [number, number, number, number];
  const offset = (array: number) => [4, ...unsigned(array * pageBytes)];
  const load = (array: number): Code => [op.get, at, op.vector.load, offset(array)];
  const store = (array: number, value: Code): Code => [op.get, at, ...value, op.vector.store, offset(array)];
  const set = (local: number, value: Code): Code => [...value, op.set, local];
  const times = (a: Code, b: Code): Code => [...a, ...b, op.f32x4.mul];
  const plus = (a: Code, b: Code): Code => [...a, ...b, op.f32x4.add];
  const get = (local: number): Code => [op.get, local];

  const splats = numbers.map((_, i): Code => [op.get, 1 + i, op.f32x4.splat, op.set, 1 + numbers.length + i]);
  const denominator = plus(times([...get(square), op.f32x4.sqrt], vector('correction')), vector('epsilon'));
  const body: Code = [
    ...splats.flat(),
    ...[op.loop, type.none],
    ...set(parameter, load(0)),
    ...set(slope, plus(load(1), times(vector('penalty'), get(parameter)))),
    ...set(mean, plus(times(vector('beta1'), load(2)), times(vector('rest1'), get(slope)))),
    ...set(square, plus(times(vector('beta2'), load(3)), times(times(vector('rest2'), get(slope)), get(slope)))),
    ...store(2, get(mean)),
    ...store(3, get(square)),
    ...store(0, [
      ...times(vector('shrink'), get(parameter)),
      ...times(vector('rate'), get(mean)),
      ...denominator,
      op.f32x4.div,
      op.f32x4.sub,
    ]),
    ...[op.get, at, op.constant, 16, op.addInteger, op.tee, at, op.get, 0, op.less, op.branchIf, 0],
    op.end,
  ];
  return {
    parameters: [type.i32, ...numbers.map(() => type.f32)],
    locals: [...numbers.map(() => type.v128), type.i32, ...[parameter, slope, mean, square].map(() => type.v128)],
    body,
    pages: 4,
  };
}
