#!/usr/bin/env bash
# A stranger's use of the Python package: installed into an empty prefix, the README's example run
# from another folder. With "pip" or "pip-source": by pip into a fresh virtual environment that sees
# Debian's packages, without a network; against the installed library (only the binding is
# compiled), or from the sources alone, as the README says (the whole library is).
# Usage: install_test.sh SOURCE_ROOT BUILD_DIR PYTHON [pip|pip-source]
set -euo pipefail
source=$1 build=$2 python=$3 how=${4:-cmake}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PYTHONPATH
# The README's own text: the Python blocks of "From Python".
awk '/^## / {here = /^## From Python$/} /^```$/ {on = 0} here && on; /^```python$/ {on = 1}' \
    "$source/README.md" >"$work/example.py"
[ -s "$work/example.py" ] || { echo "README.md has no Python example" >&2; exit 1; }

pip_install() { # of $work/source
    "$python" -m venv --system-site-packages "$work/venv"
    "$work/venv/bin/python" -m pip install --no-index --no-build-isolation --no-deps --quiet \
        "$work/source"
    python="$work/venv/bin/python"
}

if [ "$how" != cmake ]; then
    "$python" -c 'import skbuild, pip' 2>/dev/null || {
        echo "skipped: python3-skbuild or python3-pip is not installed"
        exit 77
    }
    mkdir "$work/source"
    cp -r "$source/pyproject.toml" "$source/setup.py" "$source/README.md" "$source/python" "$work/source"
fi
case "$how" in
    pip)
        cmake --install "$build" --prefix "$work/prefix" >/dev/null
        export RESDYN_PREFIX="$work/prefix"
        pip_install
        ;;
    pip-source)
        (cd "$source" && cp -r CMakeLists.txt LICENSE analysis cmake include src "$work/source")
        # Built where it lies as deep below the sources, and with the flags, that BUILD_DIR has:
        # ccache then knows what that compiled. Without ccache it is all compiled.
        folder="$work/source/_skbuild/$("$python" -c 'from skbuild.constants import SKBUILD_DIR as d; import os; print(os.path.basename(d()))')"
        mkdir -p "$work/source/build/pip" "$folder"
        ln -s "$work/source/build/pip" "$folder/cmake-build"
        setting() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
        RESDYN_MARCH=$(setting RESDYN_MARCH)
        export RESDYN_MARCH
        export SKBUILD_CONFIGURE_OPTIONS="-DRESDYN_WARNINGS_AS_ERRORS=$(setting RESDYN_WARNINGS_AS_ERRORS)"
        export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-2}
        pip_install
        ;;
    *)
        cmake --install "$build" --component python --prefix "$work/prefix" >/dev/null
        PYTHONPATH=$(dirname "$(find "$work/prefix" -type d -name resdyn)")
        export PYTHONPATH
        ;;
esac
mkdir "$work/elsewhere"
cd "$work/elsewhere"
"$python" -c "import resdyn; assert resdyn.__file__.startswith('$work'), resdyn.__file__"
"$python" "$work/example.py" | tee "$work/out"
grep -q '^HL \[1. 0.\] stable_node' "$work/out"
grep -q '^LH \[0. 1.\] stable_node' "$work/out"
grep -q ' HL$' "$work/out"
grep -q '^finished ' "$work/out"
[ -s rings.safetensors ]
grep -q "^6.66328" "$work/out"
grep -q "('LP'" "$work/out"
[ -s oscillator.png ]
if [ "$how" != pip ]; then # a library that was installed holds no claims
    "$python" -c "import resdyn; print(resdyn.validate('winner-takes-all', only=[3]).verdict)"
fi
