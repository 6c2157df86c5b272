"""resdyn: the residual dynamics of residual networks, in Python.

A residual network x <- x + h A f(B x + b) has residuals y = f(u) that move by themselves:
u' = W f(u) as h -> 0, u <- u + h W f(u) layer by layer. This package says where they rest, what
their spectra are, who helps whom, which start comes to which attractor, and what that means for
the network's decisions. It is the library of the program `resdyn`, called in this process.

>>> import resdyn
>>> result = resdyn.equilibria([[-1, 2], [0.5, -1]], activation="tanh", step=0.2)
>>> result.equilibria[0].type
>>> result.to_pandas("equilibria")
>>> resdyn.portrait([[-1, 2], [0.5, -1]], activation="tanh").figures["portrait"].plot()

Every study takes a network first: a square matrix W (any array-like), a ResidualNetwork (from
`load`, `from_numpy`, `from_torch`), a ResidualSystem, the name of a test system
("winner-takes-all", see `named_systems`), or the path of a model file or a matrix. Units, layers
and samples count from 0. Reference: F. Lagzi, arXiv:2101.03009.
"""

from . import _class_help as _class_help
from ._resdyn import (
    Atlas,
    AtlasCounts,
    ContinuationPoint,
    Continuum,
    Dataset,
    Equilibrium,
    InputError,
    Pattern,
    Perceptron,
    PeriodicOrbit,
    PreactivationFlow,
    ResidualFlow,
    ResidualNetwork,
    ResidualSystem,
    ResourceError,
    Root,
    SettleResult,
    Simulation,
    SpectralCounts,
    StableSearch,
    Trajectory,
    TwoClocks,
    VectorField,
    __version__,
)
from .experiments import reduce, twin_experiment, validate
from .fields import (
    continue_equilibrium,
    eigenvalues,
    field_basins,
    field_portrait,
    find_periodic_orbit,
    find_roots,
    integrate,
    lyapunov_exponents,
    newton,
    orbit_samples,
    refine_periodic_orbit,
    slowest_point,
)
from .figure import Figure
from .networks import (
    from_numpy,
    from_torch,
    load,
    load_data,
    named_systems,
    residual_network,
    residual_system,
    save,
    to_torch,
)
from .result import Result
from .searches import (
    activate,
    decide_face,
    equilibrium_atlas,
    gain,
    inverse,
    pattern_of,
    settle,
    slope,
    stable_equilibria,
)
from .studies import (
    analyze,
    basins,
    bifurcations,
    cycles,
    depth,
    discretisation,
    equilibria,
    interactions,
    perturb,
    portrait,
    spectrum,
    train,
    training_options,
    trajectory,
    transient,
)


__all__ = [
    "Atlas",
    "AtlasCounts",
    "ContinuationPoint",
    "Continuum",
    "Dataset",
    "Equilibrium",
    "Figure",
    "InputError",
    "Pattern",
    "Perceptron",
    "PeriodicOrbit",
    "PreactivationFlow",
    "ResidualFlow",
    "ResidualNetwork",
    "ResidualSystem",
    "ResourceError",
    "Result",
    "Root",
    "SettleResult",
    "Simulation",
    "SpectralCounts",
    "StableSearch",
    "Trajectory",
    "TwoClocks",
    "VectorField",
    "__version__",
    "activate",
    "analyze",
    "basins",
    "bifurcations",
    "continue_equilibrium",
    "cycles",
    "decide_face",
    "depth",
    "discretisation",
    "equilibria",
    "eigenvalues",
    "equilibrium_atlas",
    "field_basins",
    "field_portrait",
    "find_periodic_orbit",
    "find_roots",
    "from_numpy",
    "from_torch",
    "gain",
    "integrate",
    "interactions",
    "inverse",
    "load",
    "load_data",
    "lyapunov_exponents",
    "named_systems",
    "newton",
    "orbit_samples",
    "pattern_of",
    "perturb",
    "portrait",
    "reduce",
    "refine_periodic_orbit",
    "residual_network",
    "residual_system",
    "save",
    "settle",
    "slope",
    "slowest_point",
    "spectrum",
    "stable_equilibria",
    "to_torch",
    "train",
    "training_options",
    "trajectory",
    "transient",
    "twin_experiment",
    "validate",
]
