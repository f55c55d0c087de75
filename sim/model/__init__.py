"""Description → tables: numbers and names, the only thing that an engine reads."""

from sim.model.build import build
from sim.model.tables import Tables

__all__ = ["Tables", "build"]
