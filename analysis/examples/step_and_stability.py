"""At which step h does the network lose the flow's stable origin?

Usage: step_and_stability.py (needs the Python module, see the README). The dissipative tanh system:
the flow is stable at y = 0; the layer map has the multipliers 1 + h mu, so it is for 0 < h < h* =
min -2 Re(mu)/|mu|^2 only. The script brackets h* by bisection on the multipliers and compares with
what `resdyn.spectrum` proves of h*.
"""
import numpy as np

import resdyn


def origin(step):
    return resdyn.spectrum("dissipative", at="FFF", step=step)


def stable_in_network(step):
    return (np.abs(origin(step).equilibria[0].multipliers) < 1).all()


result = origin(1.0)
eigenvalues = result.equilibria[0].flow_eigenvalues
predicted = (-2 * eigenvalues.real / np.abs(eigenvalues) ** 2).min()
low, high = 0.01, 2.0
assert stable_in_network(low) and not stable_in_network(high)
while high - low > 1e-6:
    middle = (low + high) / 2
    low, high = (middle, high) if stable_in_network(middle) else (low, middle)
clock = result.clocks[0]
print(f"type in the flow: {result.equilibria[0].type}")
print(f"h* predicted {predicted:.6f}, bracketed in [{low:.6f}, {high:.6f}], by the library "
      f"{clock.largest_stable_step:.6f} ({'proved' if clock.largest_stable_step_proved else 'not proved'})")
assert low - 1e-6 <= predicted <= high + 1e-6
assert abs(clock.largest_stable_step - predicted) < 1e-9
