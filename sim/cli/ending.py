"""What commands that play runs share: the progress bar, what Ctrl-C says, and what is said of the runs in the end."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.cli.terminal import print_json, say

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble


def tell(ensemble: Ensemble, seconds: float, rest: dict[str, Any], *, anew: bool) -> None:
    """Write summary, figures and report, and say what was found as the options ask; see ``summary_text``."""
    from sim.report.outputs import write_outputs

    figures = not rest["no_figures"]
    summary = write_outputs(ensemble, figures=figures)
    if rest["as_json"]:
        document = {"folder": str(ensemble.folder), "manifest": ensemble.manifest, "summary": summary}
        print_json(document)
    elif not rest["quiet"]:
        from sim.cli.render import summary_text

        say(summary_text(summary, ensemble.manifest, ensemble.folder, seconds, anew=anew, figures=figures))


@contextlib.contextmanager
def progress_bar(runs: int | None, *, show: bool) -> Iterator[Any]:
    """A progress bar with runs a second and time left, on a terminal's stderr; `runs`: of how many, if known."""
    if not show or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("runs"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("runs", total=runs, speed="")
        began = time.monotonic()
        there: list[int] = []  # the runs at the first block: those from before, and its own

        def progress(done: int, events: int) -> None:
            seconds = max(time.monotonic() - began, 1e-9)
            there[:] = there or [done]
            speed = f"{(done - there[0]) / seconds:,.0f} runs/s  {events / seconds:,.0f} events/s"
            bar.update(task, completed=done, speed=speed)

        yield progress


@contextlib.contextmanager
def going_on() -> Iterator[None]:
    """Where Ctrl-C is told with what is kept, with which the same command goes on."""
    from sim.ensemble.run import Interrupted

    try:
        yield
    except Interrupted as error:
        error.add_note("the same command goes on")
        raise
