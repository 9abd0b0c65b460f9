import type { Shape } from '../tensor/types.js';
import { sizeOf } from '../tensor/types.js';
import type { LayerRow } from './scope.js';

const megabytes = (floats: number): string => ((floats * 4) / 1024 ** 2).toFixed(2);
const thousands = (count: number): string => count.toLocaleString('en-US');
const line = (a: string, b: string, c: string): string => `${a.padStart(20)}  ${b.padStart(25)} ${c.padStart(15)}`;

/**
 * The table that torchsummary prints: a line a layer, parameters, and sizes in MiB of float32: the input, all layer
 * outputs twice (forward and backward), the parameters and their sum.
 * @param input shape of one input, without the batch axis
 */
export function layerTable(rows: readonly LayerRow[], input: Shape): string {
  const parameters = rows.reduce((sum, row) => sum + row.parameters, 0);
  const outputs = rows.reduce((sum, row) => sum + sizeOf(row.shape), 0);
  const rule = '-'.repeat(64);
  return [
    rule,
    line('Layer (type)', 'Output Shape', 'Param #'),
    '='.repeat(64),
    ...rows.map(({ type, shape, parameters: count }, i) =>
      line(`${type}-${i + 1}`, `[${[-1, ...shape].join(', ')}]`, thousands(count)),
    ),
    '='.repeat(64),
    `Total params: ${thousands(parameters)}`,
    `Trainable params: ${thousands(parameters)}`,
    'Non-trainable params: 0',
    rule,
    `Input size (MB): ${megabytes(sizeOf(input))}`,
    `Forward/backward pass size (MB): ${megabytes(2 * outputs)}`,
    `Params size (MB): ${megabytes(parameters)}`,
    `Estimated Total Size (MB): ${megabytes(sizeOf(input) + 2 * outputs + parameters)}`,
    rule,
  ].join('\n');
}
