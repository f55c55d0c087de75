"""Execute a text notebook and write it down with its outputs: ``python -m tests.notebooks.execute NOTEBOOK OUT``."""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient


def main(path: str, out: str) -> None:
    notebook = jupytext.read(path)
    folder = Path(out).parent
    kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=str(folder / "kernel"))
    NotebookClient(notebook, km=kernel, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    nbformat.write(notebook, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
