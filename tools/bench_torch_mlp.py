#!/usr/bin/python3
"""The two trainings of bench/mlp.cpp in PyTorch, for a side-by-side: the same layers, batches and Adam, one thread.
Usage: bench_torch_mlp.py [threads]"""
import statistics
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)


def run(inputs, hidden, batch, steps):
    sizes = [inputs, *hidden, 10]
    layers = []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers.append(torch.nn.Linear(a, b))
        if i + 2 < len(sizes):
            layers.append(torch.nn.ReLU())
    model = torch.nn.Sequential(*layers)
    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x = torch.rand(16 * batch, inputs)
    y = torch.randint(0, 10, (16 * batch,))
    seconds = []
    for _ in range(9):
        start = time.perf_counter()
        for step in range(steps):
            first = step % 16 * batch
            loss = loss_of(model(x[first:first + batch]), y[first:first + batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        seconds.append((time.perf_counter() - start) / steps)
    seconds.sort()
    best, median = seconds[0], statistics.median(seconds)
    name = "mlp " + "-".join(map(str, sizes))
    print(f"{name:24s} batch {batch:3d}, {torch.get_num_threads()} thread: {median * 1e6:8.1f} us/step "
          f"(best {best * 1e6:.1f}), {batch / median:8.0f} samples/s (best {batch / best:.0f})")


print("PyTorch", torch.__version__)
run(784, [256, 128], 64, 100)
run(64, [64, 32], 32, 1000)
