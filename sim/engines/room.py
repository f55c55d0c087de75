"""How much memory runs take, and when that is more than anybody should be asked for."""

from __future__ import annotations

from sim.errors import UsageError
from sim.model.tables import Tables
from sim.scenario.times import DAY_MS

MOST_BYTES = 2**31
"""What the runs that are played together may leave, and what one thread may need to play one."""
MOST_RESPONSES = 2_000_000
"""Responses that may be under way at once in a run: about 1 GB in the readable engine."""
_BLOCK_BYTES = 2**28
_NUMBER = 8


def bytes_a_run(tables: Tables, *, states: bool) -> int:
    """What the trajectories of a run take: the level and, with `states`, all variables, each day."""
    days = tables.horizon_ms // DAY_MS + 2
    return _NUMBER * days * (1 + (len(tables.cells) if states else 0))


def check_room(tables: Tables, runs: int, *, states: bool) -> None:
    """Raise UsageError if so many runs together leave more than memory is for."""
    need = runs * bytes_a_run(tables, states=states)
    if need <= MOST_BYTES:
        return
    days, cells = tables.horizon_ms // DAY_MS + 1, len(tables.cells)
    kept = f"the level and {cells:,} variables" if states else "the level"
    expected = "fewer variables, fewer days or no trajectories" if states else "fewer runs at a time or fewer days"
    raise UsageError(f"{runs:,} runs with {kept} on {days:,} days take {in_gb(need)}; expected {expected}: {limit()}")


def responses_problem() -> str:
    """What is said of a rule that would have one response more under way than there may be."""
    expected = "shorter delays, a cooldown or a limit"
    return f"more than {MOST_RESPONSES:,} responses of the run under way at once; expected {expected}"


def runs_together(tables: Tables) -> int:
    """How many runs with their trajectories should at most be played as one block."""
    return max(_BLOCK_BYTES // bytes_a_run(tables, states=True), 1)


def in_gb(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1e9:,.1f} GB"


def limit() -> str:
    """The end of a sentence that refuses something."""
    return f"at most {in_gb(MOST_BYTES)} at a time"
