"""pip install: the compiled module by CMake, beside the Python files.

RESDYN_PREFIX, where it is set, names a prefix in which the C++ library is installed: only the
binding is then compiled. RESDYN_MARCH is the -march= of the compiler: this machine's instructions,
unless told otherwise ("x86-64-v3" for a wheel that goes elsewhere, "" for the compiler's default).
"""
import os
import sys

from skbuild import setup

prefix = os.environ.get("RESDYN_PREFIX")
setup(
    packages=["resdyn"],
    package_dir={"resdyn": "python/resdyn"},
    package_data={"resdyn": ["py.typed", "*.pyi"]},
    cmake_source_dir="python" if prefix else ".",
    cmake_args=[
        "-DRESDYN_BUILD_PROGRAM=OFF",
        "-DRESDYN_BUILD_TESTS=OFF",
        "-DRESDYN_PYTHON=ON",
        f"-DRESDYN_PYTHON_EXECUTABLE={sys.executable}",
        "-DRESDYN_PYTHON_INSTALL_DIR=python",
        *(
            [f"-DCMAKE_PREFIX_PATH={prefix}"]
            if prefix
            else [f"-DRESDYN_MARCH={os.environ.get('RESDYN_MARCH', 'native')}"]
        ),
    ],
    cmake_install_target="install-python",
)
