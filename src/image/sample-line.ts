import { type Code, op, type Routine, type, variables } from '../wasm.js';

/** How many samples {@link sampleLine} takes at once. */
export const atATime = 4;

/**
 * Bilinear samples along a line: adds those at (u + k·du, v + k·dv), k = 0, 1, …, to the float32 numbers from byte `out` up to
 * byte `end`, four at a time. Pixel (x, y) is the byte at start + y · stride + x; places outside [0, right] × [0, bottom] count
 * as the nearest in it. Places are computed in double precision, what lies between pixels in single.
 */
export function sampleLine(): Routine {
  const parameters = ['out', 'end', 'start', 'stride', 'u', 'v', 'du', 'dv', 'right', 'bottom'];
  const locals = [
    ...['k01', 'k23', 'p01', 'p23', 'i01', 'i23', 'columns', 'rows', 'fx', 'fy'],
    ...['at', 'pairs', 'upper', 'lower'],
  ];
  const { index, get, set } = variables([...parameters, ...locals]);
  const apply = (operation: Code[number], ...values: Code[]): Code => [...values.flat(), operation];
  const { vector, i32x4, f32x4, f64x2 } = op;
  const bytesOf = (numbers: Float64Array | Int32Array): Code => [vector.constant, [...new Uint8Array(numbers.buffer)]];
  const doubles = (x: number, y: number) => bytesOf(Float64Array.of(x, y));
  const integers = (x: number) => bytesOf(new Int32Array(4).fill(x));
  /** The lower halves of both. */
  const join = (a: Code, b: Code) =>
    apply([...vector.shuffle, ...Array.from({ length: 16 }, (_, i) => (i < 8 ? i : i + 8))], a, b);
  const both = (name: string) => apply(f64x2.splat, get(name));

  /** Four places along an axis, as whole numbers and what is left. */
  const places = (first: string, step: string, last: string, whole: string, part: string): Code => {
    const two = (place: string, integer: string, k: string) => {
      const free = apply(f64x2.add, both(first), apply(f64x2.mul, get(k), both(step)));
      // Zero first: that is what the largest of it and what is no number then is.
      const within = apply(f64x2.least, apply(f64x2.largest, doubles(0, 0), free), both(last));
      return [...set(place, within), ...set(integer, apply(i32x4.truncate, get(place)))];
    };
    const rest = (place: string, integer: string) =>
      apply(f32x4.demote, apply(f64x2.sub, get(place), apply(f64x2.convertLow, get(integer))));
    return [
      ...two('p01', 'i01', 'k01'),
      ...two('p23', 'i23', 'k23'),
      ...set(whole, join(get('i01'), get('i23'))),
      ...set(part, join(rest('p01', 'i01'), rest('p23', 'i23'))),
    ];
  };
  const between = (a: Code, b: Code, part: string) =>
    apply(f32x4.add, a, apply(f32x4.mul, get(part), apply(f32x4.sub, b, a)));
  /** Each sample between two pixels of a row, that at `at` and the next. `further`: what to add to the address. */
  const alongRow = (result: string, further: Code): Code => {
    const lanes = [0, 1, 2, 3];
    const addresses = lanes.toReversed().flatMap((lane) => [...get('at'), i32x4.lane, lane, ...further]);
    const loads = lanes.flatMap((lane) => [vector.load2BytesInto, [0, 0], lane]);
    const left = apply(f32x4.convert, apply(vector.and, get('pairs'), integers(255)));
    const right = apply(f32x4.convert, apply(i32x4.shiftRight, get('pairs'), [op.constant, 8]));
    return [
      ...set('pairs', apply(i32x4.extendLow, [...addresses, ...integers(0), ...loads])),
      ...set(result, between(left, right, 'fx')),
    ];
  };
  const all = (name: string) => apply(i32x4.splat, get(name));
  const forward = (k: string) => set(k, apply(f64x2.add, get(k), doubles(atATime, atATime)));

  const body: Code = [
    ...[...set('k01', doubles(0, 1)), ...set('k23', doubles(2, 3))],
    ...[op.loop, type.none],
    ...places('u', 'du', 'right', 'columns', 'fx'),
    ...places('v', 'dv', 'bottom', 'rows', 'fy'),
    ...set(
      'at',
      apply(i32x4.add, apply(i32x4.add, all('start'), get('columns')), apply(i32x4.mul, get('rows'), all('stride'))),
    ),
    ...alongRow('upper', []),
    ...alongRow('lower', [...get('stride'), op.addInteger]),
    ...get('out'),
    ...apply(f32x4.add, [...get('out'), vector.load, [4, 0]], between(get('upper'), get('lower'), 'fy')),
    ...[vector.store, [4, 0]],
    ...[...forward('k01'), ...forward('k23')],
    ...[...get('out'), op.constant, 4 * atATime, op.addInteger, op.tee, index('out')],
    ...[...get('end'), op.less, op.branchIf, 0],
    op.end,
  ];
  return {
    parameters: parameters.map((_, i) => (i < 4 ? type.i32 : type.f64)),
    locals: locals.map(() => type.v128),
    body,
    pages: 1,
  };
}
