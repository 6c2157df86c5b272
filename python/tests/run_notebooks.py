#!/usr/bin/env python3
"""Executes every notebook, in a folder of its own. Usage: run_notebooks.py [NAME...]

Exit code 77 (skipped) where Debian's python3-nbclient, python3-nbformat and python3-ipykernel are
not installed. The notebooks are kept without output, which is checked.
"""
import os
import pathlib
import sys
import tempfile

try:
    import ipykernel  # noqa: F401
    import nbclient
    import nbformat
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a warning of the kernel, of no use here
folder = pathlib.Path(__file__).parent.parent / "notebooks"
names = sys.argv[1:] or sorted(p.name for p in folder.glob("*.ipynb"))
assert len(names) >= 1, "there are notebooks"
failed = False
for name in names:
    notebook = nbformat.read(folder / name, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count):
            print(f"{name}: expected no output in the file, got some")
            failed = True
    title = notebook.cells[0].source.splitlines()[0]
    if not (title.startswith("# ") and title.endswith("?")):
        print(f"{name}: expected a question as its title, got {title}")
        failed = True
    with tempfile.TemporaryDirectory() as work:
        client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": work}})
        try:
            client.execute()
        except nbclient.exceptions.CellExecutionError as error:
            print(f"{name}: {error}")
            failed = True
            continue
    print(f"{name}: {sum(c.cell_type == 'code' for c in notebook.cells)} cells run")
sys.exit(failed)
