"""Networks from arrays, from PyTorch's names, from files, and back."""

import subprocess

import numpy as np
import pytest

import resdyn


def logits(network, data):
    """x <- x + h A f(B x + b) in NumPy."""
    f = {
        "logistic": lambda u: 1 / (1 + np.exp(-u)),
        "tanh": np.tanh,
        "softplus": lambda u: np.logaddexp(0, u),
        "relu": lambda u: np.maximum(u, 0),
    }[network.activation]
    t = network.tensors
    x = data @ t["U"].T + t["e"] if "U" in t else data
    for layer in range(network.depth):
        end = "" if network.has_shared_weights else f".{layer}"
        first = t.get("B" + end, t.get("W" + end))
        y = f(x @ first.T + t["b" + end])
        x = x + network.step * (y @ t["A" + end].T if "A" + end in t else y)
    return x @ t["V"].T + t["c"]


def random_tensors(names, seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"W": (4, 4), "B": (5, 4), "A": (4, 5), "V": (3, 4), "c": (3,), "U": (4, 2), "e": (4,)}
    result = {}
    for name in names:
        kind = name.split(".")[0]
        two = any(n.startswith("B") for n in names)
        result[name] = rng.normal(size=(5 if two else 4,) if kind == "b" else shapes[kind])
    return result


ALL = [
    ["W", "b", "V", "c"],
    ["W", "V"],
    ["B", "A", "b", "V", "c"],
    ["W.0", "b.0", "W.1", "b.1", "V", "c"],
    ["B.0", "A.0", "B.1", "A.1", "b.0", "V"],
    ["W", "b", "V", "c", "U", "e"],
]


@pytest.mark.parametrize("names", ALL)
@pytest.mark.parametrize("activation", ["logistic", "tanh", "softplus", "relu"])
def test_logits_are_those_of_numpy(names, activation):
    network = resdyn.from_numpy(random_tensors(names), activation=activation, step=0.3, depth=2)
    data = np.random.default_rng(1).normal(size=(7, network.input_width))
    np.testing.assert_allclose(network.logits(data), logits(network, data), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("names", ALL)
def test_files_bring_every_bit_back(names, tmp_path):
    network = resdyn.from_numpy(random_tensors(names), activation="tanh", step=0.3, depth=2)
    resdyn.save(tmp_path / "m.safetensors", network, metadata={"made by": "a test"})
    back = resdyn.load(tmp_path / "m.safetensors")
    assert (back.activation, back.step, back.depth) == ("tanh", 0.3, 2)
    assert back.metadata["made by"] == "a test"
    assert back.stored == "F64"
    for name, tensor in network.tensors.items():
        assert (back.tensors[name] == tensor).all()
    other = resdyn.load(tmp_path / "m.safetensors", step=0.1, activation="logistic")
    assert (other.activation, other.step) == ("logistic", 0.1)


def test_the_program_reads_what_is_saved(program, network, tmp_path):
    resdyn.save(tmp_path / "m.safetensors", network)
    done = subprocess.run(
        [program, "info", str(tmp_path / "m.safetensors")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "tanh" in done.stdout


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ({"W": np.eye(3), "b": [1, 2]}, "b: expected a vector of size 3, got size 2"),
        ({"W": np.ones((3, 2))}, "W: expected"),
        ({"b": [1, 2]}, "W: expected a weight matrix"),
        ({"W": np.eye(3), "c": [1, 2]}, "c: expected V beside it, got none"),
        ({"W": np.eye(3), "V": np.ones((2, 4))}, "V: expected a 2x3 matrix, got 2x4"),
        ({"W": np.eye(3), "bias": [1, 2, 3]}, "tensors: expected W, B, A, b"),
        ({"W": np.eye(3) * np.nan}, "W: expected finite numbers"),
        ({"B": np.ones((5, 3)), "A": np.ones((5, 3))}, "A: expected a 3x5 matrix"),
    ],
)
def test_tensors_are_refused(tensors, words):
    with pytest.raises(ValueError) as refused:
        resdyn.from_numpy(tensors)
    assert str(refused.value).startswith(words)


def test_from_the_names_of_pytorch():
    rng = np.random.default_rng(4)
    W, b, V, c = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=(2, 3)), [0.1, 0.2]
    state = {"layer.weight": W, "layer.bias": b, "readout.weight": V, "readout.bias": np.array(c)}
    network = resdyn.from_torch(state, activation="tanh", step=0.5, depth=4)
    assert network.taken == {
        "W": "layer.weight", "b": "layer.bias", "V": "readout.weight", "c": "readout.bias"
    }  # fmt: skip
    assert (network.tensors["W"] == W).all()
    # Own weights; numbers of nn.Sequential, which counts activations too.
    state = {f"blocks.{2 * k}.weight": rng.normal(size=(3, 3)) for k in range(3)}
    state |= {f"blocks.{2 * k}.bias": rng.normal(size=3) for k in range(3)}
    network = resdyn.from_torch(state, activation="relu")
    assert network.depth == 3
    assert (network.tensors["W.2"] == state["blocks.4.weight"]).all()
    # Two matrices, an input layer, and a head.
    state = {
        "embed.weight": rng.normal(size=(3, 2)), "embed.bias": rng.normal(size=3),
        "block.fc1.weight": rng.normal(size=(5, 3)), "block.fc1.bias": rng.normal(size=5),
        "block.fc2.weight": rng.normal(size=(3, 5)), "head.weight": rng.normal(size=(2, 3)),
    }  # fmt: skip
    network = resdyn.from_torch(state, activation="softplus", depth=7)
    assert sorted(network.tensors) == ["A", "B", "U", "V", "b", "c", "e"]
    named = resdyn.from_torch(
        {"x.y": W, "z": V}, activation="tanh", depth=2, names={"W": "x.y", "V": "z"}
    )
    assert (named.tensors["V"] == V).all()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"conv.weight": np.ones((3, 3, 3, 3))}, "from_torch: expected matrices, got none"),
        ({"norm.running_mean": np.ones(3)}, "from_torch: expected matrices, got none"),
        ({"p.weight": np.eye(3), "q.weight": np.eye(3)}, "from_torch: expected one way to read"),
        (
            {"fc1.weight": np.eye(3), "fc2.bias": np.ones(3)},
            "from_torch: expected tensors of a residual network alone, got beside them fc2.bias",
        ),
        ({"layer.weight": np.eye(3)}, "from_torch, depth: expected the number of layers"),
        ([1, 2], "from_torch: expected a module or a state_dict, got list"),
    ],
)
def test_what_is_not_understood_is_refused(state, words):
    with pytest.raises(ValueError) as refused:
        resdyn.from_torch(state, activation="tanh")
    assert str(refused.value).startswith(words)


def test_biases_of_second_matrices_keep_the_logits():
    rng = np.random.default_rng(7)
    layers = [
        {"fc1.weight": rng.normal(size=(5, 3)), "fc1.bias": rng.normal(size=5),
         "fc2.weight": rng.normal(size=(3, 5)), "fc2.bias": rng.normal(size=3)}
        for _ in range(4)
    ]  # fmt: skip
    state = {f"blocks.{n}.{name}": t for n, layer in enumerate(layers) for name, t in layer.items()}
    state |= {"head.weight": rng.normal(size=(2, 3)), "head.bias": rng.normal(size=2)}
    network = resdyn.from_torch(state, activation="tanh", step=0.5)
    data = rng.normal(size=(6, 3))
    x = data
    for layer in layers:
        y = np.tanh(x @ layer["fc1.weight"].T + layer["fc1.bias"])
        x = x + 0.5 * (y @ layer["fc2.weight"].T + layer["fc2.bias"])
    expected = x @ state["head.weight"].T + state["head.bias"]
    np.testing.assert_allclose(network.logits(data), expected, rtol=1e-13, atol=1e-13)
    assert any("taken into b and c" in note for note in network.notes)


@pytest.mark.parametrize("names", ALL)
@pytest.mark.parametrize("activation", ["logistic", "tanh", "softplus", "relu"])
def test_pytorch_says_the_same(names, activation):
    torch = pytest.importorskip("torch")
    network = resdyn.from_numpy(random_tensors(names), activation=activation, step=0.3, depth=2)
    module = resdyn.to_torch(network)
    data = np.random.default_rng(1).normal(size=(7, network.input_width))
    np.testing.assert_allclose(
        module(torch.tensor(data)).detach().numpy(), network.logits(data), rtol=1e-12, atol=1e-12
    )
    state = {n.replace("_", "."): t for n, t in module.state_dict().items()}
    back = resdyn.from_torch(state, activation=activation, step=0.3, depth=2)
    for name, tensor in network.tensors.items():
        assert (back.tensors[name] == tensor).all()


def test_a_module_of_pytorch():
    torch = pytest.importorskip("torch")

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = torch.nn.Linear(2, 6)
            self.layer = torch.nn.Linear(6, 6)
            self.readout = torch.nn.Linear(6, 3)

        def forward(self, data):
            x = self.embed(data)
            for _ in range(5):
                x = x + 0.2 * torch.tanh(self.layer(x))
            return self.readout(x)

    torch.manual_seed(1)
    module = Net()
    data = torch.randn(20, 2)
    network = resdyn.from_torch(module, activation="tanh", step=0.2, depth=5)
    np.testing.assert_allclose(network.logits(data), module(data).detach(), rtol=1e-4, atol=1e-5)


def test_what_a_first_argument_may_be(network, model_file, weights):
    W, path = weights
    expected = resdyn.spectrum(W).to_dict()
    assert resdyn.spectrum(path).to_dict() == expected
    assert resdyn.spectrum(str(path)).to_dict() == expected
    assert resdyn.spectrum(resdyn.ResidualSystem(W)).to_dict() == expected
    assert resdyn.spectrum(resdyn.from_numpy({"W": W})).to_dict() == expected
    of_network = resdyn.spectrum(network).to_dict()
    assert resdyn.spectrum(model_file).to_dict() == of_network
    assert resdyn.spectrum(network, step=0.5).to_dict()["step"] == 0.5
    with pytest.raises(ValueError, match="network: expected a file or one of"):
        resdyn.spectrum("winner-takes-some")
    with pytest.raises(ValueError, match="bias: expected a bare matrix beside it"):
        resdyn.spectrum(network, bias=[1, 2, 3])
    own = resdyn.from_numpy({"W.0": np.eye(2), "W.1": np.eye(2)})
    with pytest.raises(ValueError, match="network: expected weights shared by all layers"):
        resdyn.spectrum(own)


def test_named_systems_are_those_of_the_library():
    for name, system in resdyn.named_systems().items():
        assert resdyn.ResidualSystem(system["W"], system["activation"]).dimension >= 1
        assert system["about"]
        assert resdyn.residual_system(name).activation == system["activation"]


def test_faces_and_atlases_agree():
    W = np.random.default_rng(11).normal(size=(4, 4))
    atlas = resdyn.equilibrium_atlas(W)
    assert atlas.complete
    assert atlas.counts.total == len(atlas.equilibria)
    for equilibrium in atlas.equilibria:
        decided = resdyn.decide_face(W, equilibrium.pattern)
        assert decided.pattern == equilibrium.pattern == str(equilibrium.pattern)
        assert (decided.y == equilibrium.y).all()
        assert decided.type == equilibrium.type
    stable = resdyn.stable_equilibria(W)
    assert stable.complete
    assert [str(e.pattern) for e in stable.equilibria] == [
        str(e.pattern) for e in atlas.equilibria if e.spectrum.is_stable
    ]
