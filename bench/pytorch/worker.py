"""Does work on request, for bench/: a line of JSON in, a line of JSON out, so that rounds can alternate with fiducial's.

Arguments: network batch layout threads train|predict. Each line read is how many steps to make; the answer is
{"seconds", "peakMb"} for them together. A training step is forward, backward and Adam, on a batch that lies in memory.
"""
import json
import resource
import sys
import time

import torch
from networks import NETWORKS

name, batch, layout, threads, kind = sys.argv[1:]
torch.set_num_threads(int(threads))
torch.manual_seed(1)
build, size, outputs = NETWORKS[name]
net = build()
x, y = torch.randn(int(batch), 1, *size), torch.randn(int(batch), outputs)
if layout == 'channels_last':
    net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
optimiser = torch.optim.Adam(net.parameters(), lr=1e-4)


def train():
    optimiser.zero_grad()
    loss = ((net(x) - y) ** 2).mean()
    loss.backward()
    optimiser.step()
    return loss.item()


def predict():
    with torch.no_grad():
        return net(x)


if kind == 'predict':
    net.eval()
step = {'train': train, 'predict': predict}[kind]
parameters = sum(p.numel() for p in net.parameters())
print(json.dumps(dict(engine='PyTorch ' + torch.__version__, parameters=parameters)), flush=True)
for line in sys.stdin:
    begin = time.perf_counter()
    for _ in range(int(line)):
        step()
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(seconds=seconds, peakMb=peak)), flush=True)
