"""At which step h does the network lose the flow's stable origin?

Usage: step_and_stability.py [RESDYN]. The dissipative tanh system: the flow is stable at y = 0; the
layer map has the multipliers 1 + h mu, so it is for 0 < h < h* = min -2 Re(mu)/|mu|^2 only. The
script brackets h* by bisection on what `resdyn equilibria` prints and compares.
"""
import json
import subprocess
import sys

resdyn = sys.argv[1] if len(sys.argv) > 1 else "resdyn"


def origin(step):
    out = subprocess.run([resdyn, "equilibria", "--system", "dissipative", "--step", repr(step),
                          "--json"], check=True, capture_output=True, text=True).stdout
    return next(e for e in json.loads(out)["equilibria"] if set(e["pattern"]) == {"F"})


def stable_in_network(step):
    return all(re * re + im * im < 1 for re, im in origin(step)["multipliers"])


eigenvalues = origin(1.0)["flow_eigenvalues"]
predicted = min(-2 * re / (re * re + im * im) for re, im in eigenvalues)
low, high = 0.01, 2.0
assert stable_in_network(low) and not stable_in_network(high)
while high - low > 1e-6:
    middle = (low + high) / 2
    low, high = (middle, high) if stable_in_network(middle) else (low, middle)
print(f"type in the flow: {origin(1.0)['type']}")
print(f"h* predicted {predicted:.6f}, bracketed in [{low:.6f}, {high:.6f}]")
assert low - 1e-6 <= predicted <= high + 1e-6
