"""A forecast scored against what really happened.

>>> import sim
>>> from sim.scoring import score
>>> ensemble = sim.run("erbil-2024", runs=20, seed=1)
>>> score(ensemble, "happened.csv").means[0].rule  # doctest: +SKIP
'brier'
"""

from sim.scoring.cells import Mistake, RecordError
from sim.scoring.observed import Observed, read_base_rates, read_observed
from sim.scoring.result import Score, score

__all__ = ["Mistake", "Observed", "RecordError", "Score", "read_base_rates", "read_observed", "score"]
