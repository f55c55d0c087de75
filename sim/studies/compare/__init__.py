"""A base against alternatives, run by run under the same luck."""

from sim.studies.compare.arms import Alternative, Plan, play_plan
from sim.studies.compare.compare import compare
from sim.studies.compare.result import Comparison, Contrast, Effect
from sim.studies.compare.writing import write_files

__all__ = ["Alternative", "Comparison", "Contrast", "Effect", "Plan", "compare", "play_plan", "write_files"]
