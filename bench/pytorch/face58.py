"""Trains what recipes/face58.yaml trains in PyTorch, as one would there, for bench/face58.ts: a line of JSON in a line out.

Arguments: folder of the IMM faces, layout, threads, workers that prepare samples. Each line read is how many epochs to
make; the answer is {"seconds": of each epoch, "loss": of the last}. An epoch is 192 augmented samples in batches of 16, AdamW
on one cosine, a moving average of the weights, and the 48 validation pictures afterwards. Pictures are kept decoded, at twice
the input's size, so that one bilinear warp is all that a sample needs.
"""
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from networks import NETWORKS
from PIL import Image
from torch.utils.data import DataLoader, Dataset

folder, layout, threads, workers = sys.argv[1:]
torch.set_num_threads(int(threads))
torch.manual_seed(1)
HEIGHT, WIDTH, BATCH, EPOCHS = 160, 120, 16, 200
PARTNERS = [*range(12, -1, -1), *range(21, 29), *range(13, 21), *range(34, 39), *range(29, 34)]
PARTNERS += [43, 42, 41, 40, 39, 46, 45, 44, *range(57, 46, -1)]


def read(path):
    rows = [line.split() for line in path.read_text().splitlines()]
    points = [(float(row[2]), float(row[3])) for row in rows if len(row) in (7, 10) and row[0] != '#']
    image = Image.open(path.with_suffix('.jpg')).convert('L')
    return image.resize((2 * WIDTH, 2 * HEIGHT), Image.Resampling.BOX), np.array(points, np.float32)


def factor(spread):
    bound = -math.log(1 - spread)
    return math.exp(np.random.uniform(-bound, bound))


def augmented(image, points):
    """One warp for picture and points, light through a table, a rectangle now and then."""
    angle, zoom, stretch = math.radians(np.random.uniform(-20, 20)), factor(0.15), math.sqrt(factor(0.1))
    mirrored = np.random.random() < 0.5
    shift = np.random.uniform(-0.1, 0.1, 2) * (2 * WIDTH, 2 * HEIGHT)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    # From input pixels to picture pixels, about both centres.
    map_ = turn @ np.diag([2 * (-1 if mirrored else 1) * stretch / zoom, 2 / (stretch * zoom)])
    offset = np.array([WIDTH, HEIGHT]) + shift - map_ @ np.array([WIDTH / 2, HEIGHT / 2])
    coefficients = (*map_[0], offset[0], *map_[1], offset[1])
    seen = image.transform((WIDTH, HEIGHT), Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR)
    points = (points * (2 * WIDTH, 2 * HEIGHT) - offset) @ np.linalg.inv(map_).T / (WIDTH, HEIGHT)
    if mirrored:
        points = points[PARTNERS]

    planes = np.asarray(seen)
    mean, levels = planes.mean(), np.arange(256)
    lit = mean + factor(0.3) * (levels - mean) + 255 * np.random.uniform(-0.15, 0.15)
    planes = ((np.clip(lit / 255, 0, 1) ** factor(0.2)) * 255).astype(np.float32)[planes]
    if np.random.random() < 0.3:
        area, ratio = 0.1 * np.random.uniform(0.1, 1) * WIDTH * HEIGHT, math.exp(np.random.uniform(-1.1, 1.1))
        w, h = min(WIDTH, int(math.sqrt(area * ratio))), min(HEIGHT, int(math.sqrt(area / ratio)))
        left, top = np.random.randint(0, WIDTH - w + 1), np.random.randint(0, HEIGHT - h + 1)
        planes[top:top + h, left:left + w] = np.random.uniform(0, 255)
    return planes, points.astype(np.float32)


class Faces(Dataset):
    def __init__(self, people, augment):
        files = sorted(file for file in Path(folder).glob('*.asf') if int(file.name[:2]) in people)
        self.faces, self.augment = [read(file) for file in files], augment

    def __len__(self):
        return len(self.faces)

    def __getitem__(self, i):
        image, points = self.faces[i]
        planes, points = augmented(image, points) if self.augment else (image.resize((WIDTH, HEIGHT)), points)
        scaled = (np.asarray(planes, np.float32) - 127.5) / 127.5
        return torch.from_numpy(scaled)[None], torch.from_numpy(points.reshape(-1))


def seed(worker):
    np.random.seed(torch.initial_seed() % 2**32 + worker)


count = int(workers)
train = DataLoader(Faces(range(1, 33), True), BATCH, shuffle=True, drop_last=True, num_workers=count,
                   persistent_workers=count > 0, worker_init_fn=seed, **({'prefetch_factor': 4} if count else {}))
validation = DataLoader(Faces(range(33, 41), False), 48)
[(held_out, held_out_points)] = list(validation)
net = NETWORKS['cnn2'][0]()
if layout == 'channels_last':
    net = net.to(memory_format=torch.channels_last)
    held_out = held_out.to(memory_format=torch.channels_last)
parameters = list(net.parameters())
average = [p.detach().clone() for p in parameters]
optimiser = torch.optim.AdamW(parameters, lr=3e-3, weight_decay=0.01, foreach=True)
steps = len(train) * EPOCHS
schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 0.5 * (1 + math.cos(math.pi * min(1, step / steps))))
print(json.dumps(dict(engine='PyTorch ' + torch.__version__, samples=len(train.dataset))), flush=True)

for line in sys.stdin:
    seconds = []
    for _ in range(int(line)):
        begin = time.perf_counter()
        net.train()
        for x, y in train:
            if layout == 'channels_last':
                x = x.to(memory_format=torch.channels_last)
            optimiser.zero_grad()
            loss = (net(x) - y).abs().mean()
            loss.backward()
            optimiser.step()
            schedule.step()
            with torch.no_grad():
                torch._foreach_mul_(average, 0.995)
                torch._foreach_add_(average, parameters, alpha=0.005)
        net.eval()
        with torch.no_grad():
            (net(held_out) - held_out_points).abs().mean().item()
        seconds.append(time.perf_counter() - begin)
    print(json.dumps(dict(seconds=seconds, loss=loss.item())), flush=True)
