"""Lets the tests import the made-up ensembles of ``tests/analysis/synthetic.py``."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "analysis"))
