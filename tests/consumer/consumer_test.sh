#!/usr/bin/env bash
# A stranger's project: installs the library into an empty prefix, builds the README's C++ example
# against it with find_package, with the compiler's default flags, and runs it.
# Usage: consumer_test.sh SOURCE_ROOT BUILD_DIR
set -euo pipefail
source=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >/dev/null
cp -r "$source/tests/consumer/project" "$work/project"
# The example is the README's own text: the first C++ block.
awk '/^```cpp$/ {on = 1; next} /^```$/ {if (on) exit} on' "$source/README.md" >"$work/project/example.cpp"
[ -s "$work/project/example.cpp" ] || { echo "README.md has no C++ example" >&2; exit 1; }
cmake -S "$work/project" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build "$work/build"
"$work/build/example" | tee "$work/out"
grep -q 'HL.*stable_node' "$work/out"
grep -q 'LH.*stable_node' "$work/out"
