import { applyAll } from '../operator.js';
import { relu } from '../ops/activation.js';
import type { Substitute } from './accelerate.js';

/**
 * Relu then MaxPool, the other way round: the largest of the rectified is the rectified largest, and only the largest is left
 * to rectify. The gradients are the same, too: a window whose largest is not positive passes nothing on either way.
 */
export const rectifiedPool: Substitute = ({ attributes }, [x]) => {
  const { graph, producer } = x!;
  if (producer?.operator !== 'Relu') return undefined;
  return [relu(applyAll(graph, 'MaxPool', producer.inputs, attributes, { outputs: 2 })[0]!)];
};
