"""The built-in networks in PyTorch, layer for layer as in src/models, for comparison only."""
import torch
from torch import nn


class Block(nn.Module):
    """Two 3×3 convolutions and a way round them."""

    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.skip = None
        if stride > 1 or channels != out:
            self.skip = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return torch.relu(y + (x if self.skip is None else self.skip(x)))


def resnet18():
    stem = [nn.Conv2d(1, 64, 3, 1, 1), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    blocks, channels = [], 64
    for out, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        blocks += [Block(channels, out, stride), Block(out, out, 1)]
        channels = out
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.5), nn.Linear(512, 136)]
    return nn.Sequential(*stem, *blocks, *head)


def plain(kernels, channels, pooled, features, out):
    """Convolutions without padding, the first `pooled` of them followed by max pooling, then two linear layers."""
    layers, before = [], 1
    for i, kernel in enumerate(kernels):
        layers += [nn.Conv2d(before, channels, kernel), nn.ReLU(inplace=True)]
        if i < pooled:
            layers.append(nn.MaxPool2d(2))
        layers.append(nn.BatchNorm2d(channels))
        before = channels
    head = [nn.Flatten(), nn.Linear(features, 512), nn.ReLU(inplace=True), nn.Linear(512, out)]
    return nn.Sequential(*layers, *head)


# name: (network, (height, width), outputs)
NETWORKS = {
    'resnet18': (resnet18, (224, 224), 136),
    'cnn1': (lambda: plain((7, 5, 3, 3), 32, 4, 64, 2), (80, 60), 2),
    'cnn2': (lambda: plain((7, 7, 5, 3, 3), 16, 3, 1056, 116), (160, 120), 116),
}
