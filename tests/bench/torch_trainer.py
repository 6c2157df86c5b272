"""The training step of trainer_bench.cpp in PyTorch, turn by turn.

Usage: torch_trainer.py THREADS. Says "ready VERSION with BLAS" once PyTorch is loaded; then for every line
"WIDTH DEPTH BATCH CLASSES STEPS" on stdin takes so many steps (loss, gradient, Adam) of a logistic
residual network with shared weights in float32, and says "done". Networks are kept between turns.
"""
import os
import sys

try:
    import torch
except ImportError:
    sys.exit(3)
from torch.nn import functional

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)


class Step:
    def __init__(self, width, depth, batch, classes):
        deviation = width ** -0.5 / max(1.0, depth / 4)
        self.W = (deviation * torch.randn(width, width)).requires_grad_()
        self.b = torch.zeros(width, requires_grad=True)
        self.V = torch.zeros(classes, width, requires_grad=True)
        self.c = torch.zeros(classes, requires_grad=True)
        self.x0 = 0.5 * torch.randn(batch, width)
        self.labels = torch.arange(batch) % classes
        self.depth = depth
        # NOTE: foreach, one kernel for all tensors, is the faster of PyTorch's own two ways here.
        self.adam = torch.optim.Adam([self.W, self.b, self.V, self.c], lr=1e-4, foreach=True)

    def run(self):
        x = self.x0
        for _ in range(self.depth):
            x = x + torch.sigmoid(functional.linear(x, self.W, self.b))
        loss = functional.cross_entropy(functional.linear(x, self.V, self.c), self.labels)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()


def blas():
    """The matrix library behind PyTorch: Debian's default, the reference BLAS, is several times
    slower than OpenBLAS (libopenblas0-pthread), and a ratio against it says little."""
    torch.randn(64, 64) @ torch.randn(64, 64)
    with open("/proc/self/maps") as maps:
        paths = {os.path.realpath(line.split()[-1]) for line in maps if "blas" in line}
    names = sorted(os.path.basename(path) for path in paths)
    fast = [name for name in names if "openblas" in name]
    return fast[0] if fast else " ".join(names or ["its own BLAS"]) + " (no OpenBLAS: a slow rival)"


print("ready", torch.__version__, "with", blas(), flush=True)
steps = {}
for line in sys.stdin:
    *shape, count = map(int, line.split())
    step = steps.setdefault(tuple(shape), None) or Step(*shape)
    steps[tuple(shape)] = step
    for _ in range(count):
        step.run()
    print("done", flush=True)
