#!/usr/bin/env bash
# A stranger's use of the Python package: installed into an empty prefix, the README's example run
# from another folder. With "pip": by pip into a fresh virtual environment that sees Debian's
# packages, without a network, against the installed library (only the binding is compiled).
# Usage: install_test.sh SOURCE_ROOT BUILD_DIR PYTHON [pip]
set -euo pipefail
source=$1 build=$2 python=$3 how=${4:-cmake}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PYTHONPATH
# The README's own text: the first Python block.
awk '/^```python$/ {on = 1; next} /^```$/ {if (on) exit} on' "$source/README.md" >"$work/example.py"
[ -s "$work/example.py" ] || { echo "README.md has no Python example" >&2; exit 1; }
if [ "$how" = pip ]; then
    "$python" -c 'import skbuild, pip' 2>/dev/null || {
        echo "skipped: python3-skbuild or python3-pip is not installed"
        exit 77
    }
    cmake --install "$build" --prefix "$work/prefix" >/dev/null
    mkdir "$work/source"
    cp -r "$source/pyproject.toml" "$source/setup.py" "$source/README.md" "$source/python" "$work/source"
    "$python" -m venv --system-site-packages "$work/venv"
    RESDYN_PREFIX="$work/prefix" "$work/venv/bin/python" -m pip install --no-index \
        --no-build-isolation --no-deps --quiet "$work/source"
    python="$work/venv/bin/python"
else
    cmake --install "$build" --component python --prefix "$work/prefix" >/dev/null
    PYTHONPATH=$(dirname "$(find "$work/prefix" -type d -name resdyn)")
    export PYTHONPATH
fi
mkdir "$work/elsewhere"
cd "$work/elsewhere"
"$python" -c "import resdyn; assert resdyn.__file__.startswith('$work'), resdyn.__file__"
"$python" "$work/example.py" | tee "$work/out"
grep -q '^HL \[1. 0.\] stable_node' "$work/out"
grep -q '^LH \[0. 1.\] stable_node' "$work/out"
grep -q ' HL$' "$work/out"
grep -q '^finished ' "$work/out"
[ -s rings.safetensors ]
