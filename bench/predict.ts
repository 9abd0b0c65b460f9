import { benchCommand } from './command.js';

await benchCommand('predict', 'Speed of prediction, beside PyTorch on the same machine in the same run.', [
  { network: 'resnet18', batch: 8 },
  { network: 'cnn1', batch: 16 },
  { network: 'cnn2', batch: 16 },
]);
