/**
 * Small WebAssembly modules put together at run time: one function over one memory, for inner loops that its vectors
 * take several at a time, where JavaScript, whose numbers are all doubles, takes one.
 */
export interface Routine {
  /** Of {@link type}. */
  readonly parameters: readonly number[];
  /** Further variables: they are numbered on from the parameters. */
  readonly locals: readonly number[];
  /** Without its `end`. */
  readonly body: Code;
  /** The memory at first, in pages of 65,536 bytes. */
  readonly pages: number;
}

export interface Instance {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly run: (...numbers: number[]) => void;
}

/** Instructions in order, each a number or a list of them. */
export type Code = readonly (number | readonly number[])[];

export const pageBytes = 65536;

/** WebAssembly's names for its instructions: "WebAssembly Core Specification" 2.0, 5.4. */
export const op = {
  loop: 0x03,
  end: 0x0b,
  branchIf: 0x0d,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  constant: 0x41,
  less: 0x49,
  addInteger: 0x6a,
  vector: {
    load: [0xfd, 0x00],
    store: [0xfd, 0x0b],
    constant: [0xfd, 0x0c],
    shuffle: [0xfd, 0x0d],
    and: [0xfd, 0x4e],
    load2BytesInto: [0xfd, 0x55],
  },
  i32x4: {
    splat: [0xfd, 0x11],
    lane: [0xfd, 0x1b],
    extendLow: [0xfd, 0xa9, 0x01],
    shiftRight: [0xfd, 0xad, 0x01],
    add: [0xfd, 0xae, 0x01],
    mul: [0xfd, 0xb5, 0x01],
    truncate: [0xfd, 0xfc, 0x01],
  },
  f32x4: {
    splat: [0xfd, 0x13],
    sqrt: [0xfd, 0xe3, 0x01],
    add: [0xfd, 0xe4, 0x01],
    sub: [0xfd, 0xe5, 0x01],
    mul: [0xfd, 0xe6, 0x01],
    div: [0xfd, 0xe7, 0x01],
    convert: [0xfd, 0xfa, 0x01],
    demote: [0xfd, 0x5e],
  },
  f64x2: {
    splat: [0xfd, 0x14],
    add: [0xfd, 0xf0, 0x01],
    sub: [0xfd, 0xf1, 0x01],
    mul: [0xfd, 0xf2, 0x01],
    least: [0xfd, 0xf6, 0x01],
    largest: [0xfd, 0xf7, 0x01],
    convertLow: [0xfd, 0xfe, 0x01],
  },
} as const;

export const type = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b, none: 0x40, func: 0x60 } as const;

/** Code that reads and sets variables by name: first the parameters, then the locals, each in its order. */
export function variables(names: readonly string[]) {
  const index = (name: string): number => {
    const i = names.indexOf(name);
    if (i < 0) throw new RangeError(`there is no variable ${name}`);
    return i;
  };
  return {
    index,
    get: (name: string): Code => [op.get, index(name)],
    set: (name: string, value: Code): Code => [...value, op.set, index(name)],
  };
}

/** The routine as `run`; undefined where there are no such vectors. */
export function instantiate(routine: Routine): Instance | undefined {
  const { WebAssembly } = globalThis as { WebAssembly?: Wasm };
  const bytes = moduleBytes(routine);
  if (!WebAssembly?.validate(bytes)) return undefined;
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

/** What is needed of `WebAssembly`, which is a global of browsers' types only. */
interface Wasm {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Instance };
}

function moduleBytes({ parameters, locals, body, pages }: Routine): Uint8Array {
  const code = [locals.length, ...locals.flatMap((local) => [1, local]), ...body.flat(), op.end];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, type.func, parameters.length, ...parameters, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...text('memory'), 2, 0, ...text('run'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
const text = (name: string) => [name.length, ...new TextEncoder().encode(name)];

/** LEB128. */
export function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}
