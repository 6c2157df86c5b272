"""Networks: from arrays, from PyTorch, from files, and back."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _resdyn
from ._resdyn import Perceptron, ResidualNetwork, ResidualSystem

__all__ = [
    "from_numpy",
    "from_torch",
    "load",
    "load_data",
    "named_systems",
    "residual_network",
    "residual_system",
    "save",
    "to_torch",
]


def from_numpy(
    tensors: Mapping[str, Any], *, activation: str = "logistic", step: float = 1.0, depth: int = 1
) -> ResidualNetwork:
    """A residual network from its tensors, x <- x + h A f(B x + b), logits V x + c.

    Parameters
    ----------
    tensors : mapping of str to array-like
        `W` (N x N), or `B` (M x N) and `A` (N x M); `b` (M; default 0). By layer: `W.0`, `b.0`,
        `W.1`, ... Read-out `V` (C x N) and `c` (C); input layer `U` (N x D) and `e` (N).
    activation : {"logistic", "tanh", "softplus", "relu"}
    step : float
        h, > 0.
    depth : int
        Layers L, >= 1; of weights by layer, as many as there are.

    Raises
    ------
    ValueError
        For a tensor of another shape, of numbers that are not finite, or of another name.
    """
    known = re.compile(r"(W|B|A|b)(\.\d+)?|V|c|U|e")
    for name in tensors:
        if not known.fullmatch(name):
            raise ValueError(f"tensors: expected W, B, A, b, V, c, U, e (W.0, ...), got {name}")
    layers = [name for name in tensors if re.fullmatch(r"[WB]\.\d+", name)]
    if layers and depth == 1:
        depth = len(layers)
    return _resdyn.network(dict(tensors), activation, step, depth)


def _state_of(source: Any) -> dict[str, np.ndarray]:
    state = source.state_dict() if hasattr(source, "state_dict") else source
    if not isinstance(state, Mapping):
        raise ValueError(
            f"from_torch: expected a module or a state_dict, got {type(source).__name__}"
        )
    result = {}
    for name, tensor in state.items():
        tensor = tensor.detach().cpu() if hasattr(tensor, "detach") else tensor
        try:
            result[name] = np.asarray(tensor)
        except TypeError:  # bfloat16, which NumPy does not know
            result[name] = np.asarray(tensor.float())
    return result


def from_torch(
    source: Any,
    *,
    activation: str,
    step: float = 1.0,
    depth: int | None = None,
    names: Mapping[str, str] | None = None,
) -> ResidualNetwork:
    """A residual network from a PyTorch module, or from its state_dict (torch is not imported).

    The block is x <- x + step A f(B x + b), as `x = x + step * f(linear(x))` or
    `x = x + step * fc2(f(fc1(x)))`. What each tensor is follows from shapes and names, as
    `resdyn import --map` finds it: numbers in names (`blocks.0.weight`) are layers of their own
    weights; `readout`, `head`, `output` and the like name the read-out, `embed`, `encoder`, `input`
    the input layer, `fc1` comes before `fc2`. What can be read in two ways is refused. The names W,
    B, A, b, V, c, U, e mean themselves. A bias of the second matrix is taken into the other biases,
    which leaves residuals and logits as they are; where the layers share their weights, their
    biases then differ. What the tensors cannot tell, the activation and h, must be said.

    Parameters
    ----------
    source : module or mapping of str to tensor
    activation : {"logistic", "tanh", "softplus", "relu"}
    step : float
        h, > 0.
    depth : int, optional
        Layers L; of shared weights it must be said.
    names : mapping of str to str, optional
        Tensors by their role where they are called otherwise: {"V": "final.weight", "c":
        "final.bias"}. The role "-" leaves a tensor out; a * in both stands for the layer:
        {"W.*": "f.*.p"}.

    Returns
    -------
    ResidualNetwork
        Its attribute `taken` says which tensor became what, `notes` what was noticed.

    Raises
    ------
    ValueError
        For tensors that have no place in such a network (convolutions, normalisation), or that can
        be read in more than one way.
    """
    said = [(name, role) for role, name in (names or {}).items()]
    network, taken, notes = _resdyn.import_state(
        _state_of(source), said, activation, step, depth
    )
    network.taken = taken
    network.notes = notes
    return network


def to_torch(network: ResidualNetwork, *, dtype: Any = None) -> Any:
    """The network as a torch.nn.Module: data (B x D) in, logits (B x C) out, or x_L without V.

    Its parameters have the names of the tensors (W, b, V, c, ...; W_0, ... by layer).
    """
    import torch

    dtype = torch.float64 if dtype is None else dtype
    functions: dict[str, Any] = {
        "logistic": torch.sigmoid,
        "tanh": torch.tanh,
        "softplus": torch.nn.functional.softplus,
        "relu": torch.relu,
    }

    class Residual(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, values in network.tensors.items():
                tensor = torch.tensor(np.array(values), dtype=dtype)
                self.register_parameter(name.replace(".", "_"), torch.nn.Parameter(tensor))

        def forward(self, data: Any) -> Any:
            f = functions[network.activation]
            own = dict(self.named_parameters())
            x = data @ own["U"].T + own["e"] if "U" in own else data
            for layer in range(network.depth):
                end = "" if network.has_shared_weights else f"_{layer}"
                first = own["B" + end] if "B" + end in own else own["W" + end]
                y = f(x @ first.T + own["b" + end])
                x = x + network.step * (y @ own["A" + end].T if "A" + end in own else y)
            return x @ own["V"].T + own["c"] if "V" in own else x

    return Residual()


def load(
    path: str | os.PathLike[str],
    *,
    activation: str | None = None,
    step: float | None = None,
    depth: int | None = None,
) -> ResidualNetwork | Perceptron:
    """A network from a model file (safetensors).

    `activation`, `step` and `depth` take the place of the file's metadata. The network's
    attributes `metadata` (a dict), `stored` (the types in the file) and `notes` (what was noticed
    in reading) say what else the file holds.

    Raises
    ------
    InputError
        (a ValueError) For a file that is no such model: it names file and tensor.
    """
    network, metadata, stored, notes = _resdyn.load(path, activation, step, depth)
    network.metadata = metadata
    network.stored = stored
    network.notes = notes
    return network


def save(
    path: str | os.PathLike[str],
    network: ResidualNetwork | Perceptron,
    *,
    metadata: Mapping[str, str] | None = None,
    type: str = "F64",
) -> None:
    """Writes a model file (safetensors) that `load`, the program and other tools read.

    `metadata` defaults to that of the network (where it was loaded from a file); activation, step
    and depth are always the network's. `type` is F64 or F32 (which rounds).
    """
    if metadata is None:
        metadata = getattr(network, "metadata", {})
    _resdyn.save(path, network, {str(k): str(v) for k, v in metadata.items()}, type)


def load_data(
    source: str | os.PathLike[str],
    *,
    part: str = "test",
    samples: int = 0,
    seed: int = 1,
    label: str = "",
    scaling: str = "",
    header: bool = False,
    index: bool = False,
    network: Any = None,
) -> _resdyn.Dataset:
    """Labelled data, as the program's --data reads them.

    Parameters
    ----------
    source : str or path
        "rings", "moons", "spirals", "xor" (drawn from `seed`), a CSV file (label last), an IDX file
        or a folder with MNIST-like files.
    part : {"test", "train"}
        Which half of a source that has two.
    samples : int
        At most so many, drawn with each class in its share; 0: all (built-in sets 2000).
    label, scaling, header, index
        How to read them: the column of the labels, "pixel/255" or "none", and whether CSV files
        have names of columns or of lines.
    network : optional
        Whom the data are for: classes are numbered and scaled as its file says.
    """
    metadata = getattr(network, "metadata", {})
    data, _notes = _resdyn.load_dataset(
        os.fspath(source), part, samples, seed, label, scaling, header, index, network, metadata
    )
    return data


_systems: dict[str, dict[str, Any]] = {}


def named_systems() -> dict[str, dict[str, Any]]:
    """The test systems with known answers: name to {"about", "activation", "W"}."""
    if not _systems:
        for name, about, activation, W in _resdyn.named_systems():
            _systems[name] = {"about": about, "activation": activation, "W": W}
    return dict(_systems)


def residual_network(
    network: Any,
    *,
    activation: str | None = None,
    step: float | None = None,
    depth: int | None = None,
    bias: Any = None,
) -> Any:
    """The network that a study's first argument means.

    A matrix W (any square array-like, or a CSV or .npy file) has the bias 0, activation "logistic",
    step 1 and depth 1 unless they are said; a network, a model file or a named system has its own.
    """
    if isinstance(network, (ResidualNetwork, Perceptron)):
        if (activation, step, depth) == (None, None, None):
            return _without_bias(network, bias)
        if isinstance(network, Perceptron):
            raise ValueError("network: expected no changes of a perceptron, got some")
        changed = network.with_changes(activation, step, depth)
        changed.__dict__.update(network.__dict__)
        return _without_bias(changed, bias)
    if isinstance(network, ResidualSystem):
        whole = _resdyn.system_network(network)
        return residual_network(whole, activation=activation, step=step, depth=depth, bias=bias)
    if isinstance(network, (str, os.PathLike)):
        name = os.fspath(network)
        systems = named_systems()
        if name in systems:
            system = systems[name]
            network, activation = system["W"], activation or system["activation"]
        elif not os.path.exists(name):
            raise _resdyn.InputError(
                f"network: expected a file or one of {', '.join(systems)}, got {name}"
            )
        elif _resdyn.is_matrix_file(name):
            network, _notes = _resdyn.read_weight_matrix(name)
        else:
            return _without_bias(
                load(name, activation=activation, step=step, depth=depth), bias
            )
    if isinstance(network, _resdyn.Field):
        raise ValueError(
            "network: expected an array, a ResidualNetwork or a name, got a vector field "
            "(resdyn.field_portrait, field_basins, find_roots and others take it)"
        )
    if hasattr(network, "state_dict"):
        raise ValueError(
            "network: expected an array, a ResidualNetwork or a name, got a module "
            "(resdyn.from_torch reads it)"
        )
    tensors = {"W": network} if bias is None else {"W": network, "b": bias}
    return _resdyn.network(
        tensors,
        activation or "logistic",
        1.0 if step is None else step,
        1 if depth is None else depth,
    )


def _without_bias(network: Any, bias: Any) -> Any:
    if bias is not None:
        raise ValueError("bias: expected a bare matrix beside it, got a network, which holds its own")
    return network


def residual_system(network: Any, **changes: Any) -> ResidualSystem:
    """The autonomous residual system u' = W f(u) of a network, or of whatever means one."""
    if isinstance(network, ResidualSystem) and not changes:
        return network
    return _resdyn.residual_system(residual_network(network, **changes))
