"""The interface itself: defaults are the library's, everything is documented and typed."""

import inspect
import pathlib
import shutil
import subprocess
import sys

import pytest

import resdyn
from resdyn import _resdyn

STUDIES = ["equilibria", "spectrum", "trajectory", "bifurcations", "cycles", "portrait", "basins", "interactions",
           "transient", "perturb", "depth", "discretisation", "analyze", "train", "reduce", "twin_experiment"]  # fmt: skip


FIELDS = ["field_portrait", "field_basins", "continue_equilibrium"]


@pytest.mark.parametrize("name", STUDIES + FIELDS)
def test_defaults_are_the_librarys(name):
    signature = inspect.signature(getattr(resdyn, name))
    for option, default in _resdyn.option_defaults()[name].items():
        assert signature.parameters[option].default == default, option


@pytest.mark.parametrize("name", STUDIES + FIELDS)
def test_help_says_everything(name):
    function = getattr(resdyn, name)
    text = inspect.getdoc(function)
    for section in ("Parameters\n", "Returns\n"):
        assert section in text
    common = {"seed", "threads", "progress", "activation", "step", "bias", "depth", "options"}
    for option in inspect.signature(function).parameters:
        assert option in text or option in common, option


def test_options_of_a_training():
    options = resdyn.training_options()
    assert options["epochs"]["from_data"]
    assert options["momentum"]["default"] == 0.9
    with pytest.raises(ValueError, match="did you mean"):
        resdyn.train("xor", epoch=3)
    with pytest.raises(ValueError, match="learning_rate: expected"):
        resdyn.train("xor", epochs=1, learning_rate=-1)
    with pytest.raises(ValueError, match="epochs: expected a whole number"):
        resdyn.train("xor", epochs=1.5)


def test_all_names_are_there_and_documented():
    for name in resdyn.__all__:
        thing = getattr(resdyn, name)
        if inspect.isfunction(thing):
            assert inspect.getdoc(thing), name
            for parameter in inspect.signature(thing).parameters.values():
                assert parameter.annotation is not inspect.Parameter.empty, (name, parameter)


def test_classes_say_what_they_are_and_every_attribute():
    for name in resdyn.__all__:
        thing = getattr(resdyn, name)
        if inspect.isclass(thing) and thing.__module__ == "resdyn._resdyn":
            text = inspect.getdoc(thing)
            assert text, name
            for attribute in vars(thing):
                assert attribute.startswith("_") or attribute in text, (name, attribute)


def test_errors_are_of_the_kinds_that_python_has():
    assert issubclass(resdyn.InputError, ValueError)
    assert issubclass(resdyn.ResourceError, OSError)
    with pytest.raises(resdyn.InputError):
        resdyn.load("/nowhere/model.safetensors")


@pytest.fixture
def mypy_config(tmp_path):
    """What others' packages say of their types is not looked at: half a minute."""
    path = tmp_path / "mypy.ini"
    path.write_text(
        "[mypy]\nfollow_imports = silent\nignore_missing_imports = True\n"
        "[mypy-numpy.*,matplotlib.*,pandas.*,tqdm.*,torch.*]\n"
        "follow_imports = skip\nfollow_imports_for_stubs = True\n"
    )
    return str(path)


def test_stubs_agree_with_the_module(mypy_config, tmp_path):
    if shutil.which("stubtest", path="/usr/bin") is None:
        pytest.skip("mypy is not installed")
    folder = pathlib.Path(resdyn.__file__).parent.parent
    # What a stub cannot say: the metaclass of pybind11, and attributes that users add. That every
    # class is there, and no other, is held by test_the_stub_is_what_the_module_says.
    allowed = tmp_path / "allowed"
    allowed.write_text("resdyn\\._resdyn\\.[A-Z]\\w*\nresdyn\\._resdyn\\.\\w+\\.__getattr__\n")
    done = subprocess.run(
        ["/usr/bin/stubtest", "resdyn._resdyn", "--mypy-config-file", mypy_config, "--allowlist",
         str(allowed)],
        capture_output=True, text=True, cwd=folder, env={"MYPYPATH": str(folder), "PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stub_is_what_the_module_says():
    """make_stubs.py writes it; whoever changes the binding runs that again."""
    script = pathlib.Path(__file__).parent.parent / "make_stubs.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_program_that_uses_it_is_typed(tmp_path, mypy_config):
    if shutil.which("mypy", path="/usr/bin") is None:
        pytest.skip("mypy is not installed")
    program = tmp_path / "use.py"
    program.write_text(
        "import resdyn\n"
        "result = resdyn.spectrum([[1.0, 2.0], [3.0, 4.0]])\n"
        "wrong: int = resdyn.spectrum([[1.0]])\n"
        "field = resdyn.VectorField(lambda x: x, dimension=1)\n"
        "t: float = float(resdyn.integrate(field, [1.0]).t[-1])\n"
    )
    folder = str(pathlib.Path(resdyn.__file__).parent.parent)
    done = subprocess.run(
        ["/usr/bin/mypy", "--config-file", mypy_config, "--cache-dir", str(tmp_path / "cache"), str(program)],
        capture_output=True, text=True, env={"MYPYPATH": folder, "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.stdout.count("error:") == 1, done.stdout
    assert "use.py:3" in done.stdout
    assert sys.version_info >= (3, 9)
