"""What a worker process does: it plays the blocks that it is asked for, one after the other."""

from __future__ import annotations

from sim.ensemble.blocks import BlockPlayer
from sim.ensemble.child import Parent
from sim.errors import BrinklineError, StorageError
from sim.escapes import in_a_line, shortened


def work() -> None:
    """Play blocks until the parent has no more of them: first comes the job, then the runs of each block."""
    parent = Parent()
    player = BlockPlayer(parent.hear())
    parent.tell("ready")
    while True:
        parent.tell(played(player, parent.hear()))


def played(player: BlockPlayer, runs: range) -> bytes | BrinklineError:
    """The bytes of a block, or the error that it met."""
    where = f"runs {runs[0]} to {runs[-1]}"
    try:
        return player.play(runs)
    except BrinklineError as error:
        return error
    except MemoryError:
        return StorageError(f"a worker had too little memory for {where}")
    except Exception as error:  # whatever it is, it is to be told, not to end the worker in silence
        return StorageError(f"a worker failed on {where}: {shortened(in_a_line(f'{type(error).__name__}: {error}'))}")
