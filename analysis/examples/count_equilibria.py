"""How does the number of equilibria of a random logistic network grow with N?

Usage: count_equilibria.py [RESDYN]. Gaussian W of variance 1/N, three seeds a size; every count is
complete (resdyn says so), and every listed equilibrium has its residual.
"""
import json
import random
import subprocess
import sys
import tempfile

resdyn = sys.argv[1] if len(sys.argv) > 1 else "resdyn"


def equilibria(weights):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("\n".join(",".join(repr(w) for w in row) for row in weights) + "\n")
        file.flush()
        out = subprocess.run(
            [resdyn, "equilibria", "--weights", file.name, "--activation", "logistic", "--json"],
            check=True, capture_output=True, text=True).stdout
    return json.loads(out)


print(" N  seed   total  vertices  on faces  stable  largest residual")
for n in range(2, 7):
    for seed in range(3):
        draw = random.Random(1000 * n + seed)
        weights = [[draw.gauss(0, n ** -0.5) for _ in range(n)] for _ in range(n)]
        result = equilibria(weights)
        counts = result["counts"]
        worst = max(e["residual"] for e in result["equilibria"])
        print(f"{n:2}  {seed:4}  {counts['total']:6}  {counts['vertices']:8}  "
              f"{counts['faces']:8}  {counts['stable']:6}  {worst:.1e}")
        assert result["complete"]
        assert counts["vertices"] == 2 ** n
        assert counts["total"] == len(result["equilibria"]) == sum(counts["by_unstable_dimension"])
        assert worst < 1e-12
