import { benchCommand } from './command.js';

await benchCommand('train', 'Speed and peak memory of training, beside PyTorch on the same machine in the same run.', [
  { network: 'resnet18', batch: 8 },
  { network: 'resnet18', batch: 16 },
  { network: 'cnn1', batch: 16 },
  { network: 'cnn2', batch: 16 },
]);
