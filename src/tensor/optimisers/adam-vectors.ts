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

/** Bytes of a page of WebAssembly's memory: so much of each array is worked on at a time, a page for each. */
const page = 65536;
const perPage = page / 4;

/**
 * The step of Adam four elements at a time, in single precision as PyTorch does, by WebAssembly's vectors; undefined where
 * there are none. JavaScript, whose numbers are all doubles, takes two to five times as long.
 */
export function adamByVectors(): AdamUpdate | undefined {
  const { WebAssembly } = globalThis as { WebAssembly?: Wasm };
  const bytes = moduleBytes();
  if (!WebAssembly?.validate(bytes)) return undefined;
  const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  const pages = [0, 1, 2, 3].map((i) => new Float32Array(memory.buffer, i * page, perPage));
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

/** What is needed of `WebAssembly`, which is a global of browsers' types only. */
interface Wasm {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly run: (bytes: number, ...numbers: number[]) => void;
    };
  };
}

/** WebAssembly's names for its instructions: "WebAssembly Core Specification" 2.0, 5.4. */
const op = {
  loop: 0x03,
  branchIf: 0x0d,
  end: 0x0b,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  constant: 0x41,
  less: 0x49,
  addInteger: 0x6a,
  load: [0xfd, 0x00],
  store: [0xfd, 0x0b],
  splat: [0xfd, 0x13],
  sqrt: [0xfd, 0xe3, 0x01],
  add: [0xfd, 0xe4, 0x01],
  sub: [0xfd, 0xe5, 0x01],
  mul: [0xfd, 0xe6, 0x01],
  div: [0xfd, 0xe7, 0x01],
} as const;
const type = { i32: 0x7f, f32: 0x7d, v128: 0x7b, none: 0x40, func: 0x60 } as const;

type Code = readonly (number | readonly number[])[];

function moduleBytes(): Uint8Array {
  // Parameters: how many bytes, then nine numbers; then a vector of each number, where we are, and four vectors.
  const numbers = ['beta1', 'rest1', 'beta2', 'rest2', 'penalty', 'shrink', 'rate', 'correction', 'epsilon'] as const;
  const vector = (name: (typeof numbers)[number]) => [op.get, 1 + numbers.length + numbers.indexOf(name)];
  const at = 1 + 2 * numbers.length;
  const [parameter, slope, mean, square] = [1, 2, 3, 4].map((i) => at + i) as [number, number, number, number];
  const offset = (array: number) => [4, ...unsigned(array * page)];
  const load = (array: number): Code => [op.get, at, op.load, offset(array)];
  const store = (array: number, value: Code): Code => [op.get, at, ...value, op.store, offset(array)];
  const set = (local: number, value: Code): Code => [...value, op.set, local];
  const times = (a: Code, b: Code): Code => [...a, ...b, op.mul];
  const plus = (a: Code, b: Code): Code => [...a, ...b, op.add];
  const get = (local: number): Code => [op.get, local];

  const splats = numbers.map((_, i): Code => [op.get, 1 + i, op.splat, op.set, 1 + numbers.length + i]);
  const denominator = plus(times([...get(square), op.sqrt], vector('correction')), vector('epsilon'));
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
      op.div,
      op.sub,
    ]),
    ...[op.get, at, op.constant, 16, op.addInteger, op.tee, at, op.get, 0, op.less, op.branchIf, 0],
    ...[op.end, op.end],
  ];
  const locals = [
    [numbers.length, type.v128],
    [1, type.i32],
    [4, type.v128],
  ];
  const code = [locals.length, ...locals.flat(), ...body.flat()];
  const parameters = [type.i32, ...numbers.map(() => type.f32)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, type.func, parameters.length, ...parameters, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 4]),
    ...section(7, [2, ...text('memory'), 2, 0, ...text('run'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
const text = (name: string) => [name.length, ...new TextEncoder().encode(name)];

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}
