import { float, floatOf, intOf } from '../attributes.js';
import type { Value } from '../graph.js';
import { apply, defineOperator } from '../operator.js';
import { broadcastShape, GraphError, showShape } from '../types.js';
import { scale } from './arithmetic.js';
import { sumTo } from './reduce.js';
import { transpose } from './shape.js';

interface Transposed {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** The operand's first axis stands for its last but one: [m, …, k] for [… , m, k]. */
  readonly transBatchA?: boolean;
  readonly transBatchB?: boolean;
}

/**
 * a · b over the last two axes, either transposed first; leading axes broadcast. Without transposition this is the
 * standard MatMul; else ONNX Runtime's FusedMatMul, which reads the transposed operand where it lies.
 */
export function matmul(a: Value, b: Value, turned: Transposed = {}): Value {
  const { transA = false, transB = false, transBatchA = false, transBatchB = false } = turned;
  if (!transA && !transB && !transBatchA && !transBatchB) return apply('MatMul', [a, b]);
  const attributes = {
    transA: +transA,
    transB: +transB,
    // Written where they are wanted: a model without them is read by more runtimes.
    ...(transBatchA || transBatchB ? { transBatchA: +transBatchA, transBatchB: +transBatchB } : {}),
    alpha: float(1),
  };
  return apply('FusedMatMul', [a, b], attributes, 'com.microsoft');
}

/** x · weightᵀ + bias: x [n, in], weight [out, in], bias [out]. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  return apply('Gemm', [x, weight, bias], { transB: 1 });
}

type Shaped = Pick<Value, 'shape'>;

/** [m, …, k] as [… , m, k]. */
const firstLast = ({ shape: [first, ...rest] }: Shaped): Shaped => ({
  shape: [...rest.slice(0, -1), first!, rest.at(-1)!],
});

function product(a: Shaped, b: Shaped, transA: boolean, transB: boolean, operator: string): number[] {
  const flip = (shape: readonly number[], turn: boolean) => (turn ? [shape.at(-1)!, shape.at(-2)!] : shape.slice(-2));
  const [m, k] = flip(a.shape, transA);
  const [l, n] = flip(b.shape, transB);
  if (a.shape.length < 2 || b.shape.length < 2 || k !== l) {
    throw new GraphError(
      `${operator}: ${showShape(a.shape)}${transA ? 'ᵀ' : ''} · ${showShape(b.shape)}${transB ? 'ᵀ' : ''} does not fit`,
    );
  }
  return [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2), operator), m!, n!];
}

/** Gradients of y = op(a) · op(b), where op may transpose. */
function productGradients(a: Value, b: Value, dy: Value, transA: boolean, transB: boolean, wanted: readonly boolean[]) {
  const da = () => (transA ? matmul(b, dy, { transA: transB, transB: true }) : matmul(dy, b, { transB: !transB }));
  const db = () => (transB ? matmul(dy, a, { transA: true, transB: transA }) : matmul(a, dy, { transA: !transA }));
  return [wanted[0] ? sumTo(da(), a.shape) : undefined, wanted[1] ? sumTo(db(), b.shape) : undefined];
}

defineOperator('MatMul', {
  infer: ([a, b]) => [{ type: a!.type, shape: product(a!, b!, false, false, 'MatMul') }],
  gradient: ({ inputs: [a, b] }, [dy], wanted) => productGradients(a!, b!, dy!, false, false, wanted),
});

defineOperator(
  'FusedMatMul',
  {
    infer: ([a, b], attributes) => {
      const is = (name: string) => intOf(attributes, name, 0) === 1;
      const [left, right] = [is('transBatchA') ? firstLast(a!) : a!, is('transBatchB') ? firstLast(b!) : b!];
      return [{ type: a!.type, shape: product(left, right, is('transA'), is('transB'), 'FusedMatMul') }];
    },
    gradient: ({ inputs: [a, b], attributes }, [dy], wanted) => {
      if (['transBatchA', 'transBatchB'].some((name) => intOf(attributes, name, 0) === 1)) {
        throw new GraphError('FusedMatMul: with transBatchA or transBatchB it has no gradient rule');
      }
      const alpha = floatOf(attributes, 'alpha', 1);
      const turned = [intOf(attributes, 'transA', 0) === 1, intOf(attributes, 'transB', 0) === 1] as const;
      return productGradients(a!, b!, alpha === 1 ? dy! : scale(dy!, alpha), ...turned, wanted);
    },
  },
  'com.microsoft',
);

defineOperator('Gemm', {
  infer: ([a, b, c], attributes) => {
    const shape = product(a!, b!, intOf(attributes, 'transA', 0) === 1, intOf(attributes, 'transB', 0) === 1, 'Gemm');
    if (c) broadcastShape(shape, c.shape, 'Gemm');
    return [{ type: a!.type, shape }];
  },
  gradient: ({ inputs: [a, b, c], attributes }, [dy], wanted) => {
    const alpha = floatOf(attributes, 'alpha', 1);
    const beta = floatOf(attributes, 'beta', 1);
    const turned = [intOf(attributes, 'transA', 0) === 1, intOf(attributes, 'transB', 0) === 1] as const;
    const bias = () => sumTo(beta === 1 ? dy! : scale(dy!, beta), c!.shape);
    return [
      ...productGradients(a!, b!, alpha === 1 ? dy! : scale(dy!, alpha), ...turned, wanted),
      wanted[2] ? bias() : undefined,
    ];
  },
});

/** Swaps the last two axes. */
export const transposed = (x: Value): Value => {
  const order = x.shape.map((_, axis) => axis);
  return transpose(x, [...order.slice(0, -2), order.at(-1)!, order.at(-2)!]);
};
