"""How does the number of equilibria of a random logistic network grow with N?

Usage: count_equilibria.py (needs the Python module, see the README). Gaussian W of variance 1/N,
three seeds a size; every count is complete (resdyn says so), and every listed equilibrium has its
residual.
"""
import numpy as np

import resdyn

print(" N  seed   total  vertices  on faces  stable  largest residual")
for n in range(2, 7):
    for seed in range(3):
        W = np.random.default_rng(1000 * n + seed).normal(0, n**-0.5, (n, n))
        result = resdyn.equilibria(W, activation="logistic", method="atlas")
        counts = result.atlas.counts
        worst = max(e.residual for e in result.equilibria)
        print(f"{n:2}  {seed:4}  {counts.total:6}  {counts.vertices:8}  {counts.faces:8}  "
              f"{counts.stable:6}  {worst:.1e}")
        assert result.atlas.complete
        assert counts.vertices == 2**n
        assert counts.total == len(result.equilibria) == counts.by_unstable_dimension.sum()
        assert worst < 1e-12
