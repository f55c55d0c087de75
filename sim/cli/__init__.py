"""The command line: parse, call one function, render.

Exit codes: 0 done; 1 a check that was asked for says no; 2 the command or the scenario is wrong; 3 something could
not be read or written; 130 interrupted, with what was finished kept.
"""

from __future__ import annotations

import io
import os
import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    del sys.path[0]  # python -m sim.cli: the working folder, from which nothing is to be imported

from collections.abc import Sequence

import click

from sim.cli.terminal import warn
from sim.errors import BrinklineError, ScenarioError, StorageError
from sim.surroundings import shut_out_working_folder


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    if arguments is None:
        shut_out_working_folder()
    from sim.cli.commands import brinkline

    try:
        code = brinkline.main(args=arguments, prog_name="brinkline", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        warn(shown.getvalue().rstrip("\n"))
        code = 2
    except (click.Abort, KeyboardInterrupt) as error:
        code = interrupted(error.__cause__ or error)  # click hides what was raised behind its own
    except ScenarioError as error:
        warn(faults_text(error))
        code = 2
    except StorageError as error:
        warn(f"brinkline: {error}")
        code = 3
    except BrinklineError as error:
        warn(f"brinkline: {error}")
        code = 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def interrupted(error: BaseException) -> int:
    """Say what is left after Ctrl-C."""
    folder, runs = getattr(error, "folder", None), getattr(error, "runs", 0)
    kept = f"; {runs} finished runs are kept in {folder}; brinkline resume {folder} goes on" if folder else ""
    warn(f"brinkline: interrupted{kept}")
    return 130


def faults_text(error: ScenarioError) -> str:
    """All errors with excerpts, and how many there are."""
    from sim.scenario.faults import with_excerpt

    errors = [fault for fault in error.faults if fault.severity == "error"]
    lines = [with_excerpt(fault, error.texts) for fault in errors]
    return "\n".join([*lines, f"{len(errors)} error{'s' * (len(errors) != 1)}; nothing was run"])
