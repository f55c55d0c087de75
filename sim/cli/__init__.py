"""The command line: parse, call one function, render.

Exit codes: 0 done; 1 a check that was asked for says no; 2 the command or the scenario is wrong; 3 something could
not be read or written, or Brinkline itself is at fault; 129, 130 and 143 interrupted by SIGHUP, Ctrl-C or SIGTERM,
with what was finished kept.
"""

from __future__ import annotations

import io
import os
import re
import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    del sys.path[0]  # python -m sim.cli: the working folder, from which nothing is to be imported

from collections.abc import Sequence
from pathlib import Path

import click

from sim.cli.terminal import outlets, warn
from sim.errors import BrinklineError, ScenarioError, StorageError
from sim.escapes import LONGEST_QUOTE, in_a_line, shortened
from sim.interrupts import heard
from sim.surroundings import shut_out_working_folder

TRACEBACK = "BRINKLINE_TRACEBACK"
"""The environment variable with which a fault of Brinkline itself is told in full."""

_LONG = re.compile(rf"'[^'\n]{{{LONGEST_QUOTE},}}'|\S{{{LONGEST_QUOTE},}}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    if arguments is None:
        shut_out_working_folder()
    with outlets() as out, heard() as came:
        try:
            code = _code_of(arguments)
        except KeyboardInterrupt as error:
            tell_interrupted(error)
            code = came[0].exit_code if came else 130
        sys.stdout.flush()
        if code == 0 and out.lost:
            warn(f"brinkline: the standard output could not be written: {out.lost}")
            code = 3
    sys.exit(code)


def _code_of(arguments: Sequence[str] | None) -> int:
    """Run one command, tell what went wrong with it, and return its exit code."""
    from sim.cli.commands import brinkline

    try:
        code = brinkline.main(args=arguments, prog_name="brinkline", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        warn(_usage_text(error))
        return 2
    except click.Abort as error:
        cause = error.__cause__ or error.__context__  # click hides what was raised behind its own
        if isinstance(cause, KeyboardInterrupt):
            raise cause from None
        warn("brinkline: found no answer to a question; nothing was done")
        return 2
    except ScenarioError as error:
        warn(faults_text(error))
        return 2
    except BrinklineError as error:
        warn(f"brinkline: {error}")
        return 3 if isinstance(error, StorageError) else 2
    except MemoryError:
        warn("brinkline: there is not enough memory for this")
        return 3
    except RecursionError:
        warn("brinkline: something is nested too deeply; expected fewer levels")
        return 2
    except Exception as error:  # nobody's files or commands explain it
        warn(_own_fault(error))
        return 3


def tell_interrupted(error: KeyboardInterrupt) -> None:
    """Say what is left after Ctrl-C, and how to go on: the error's note, or brinkline resume."""
    folder, runs = getattr(error, "folder", None), getattr(error, "runs", 0)
    goes_on = "; ".join(getattr(error, "__notes__", ())) or f"brinkline resume {folder} goes on"
    warn(f"brinkline: interrupted{f'; {runs:,} finished runs are kept in {folder}; {goes_on}' if folder else ''}")


def faults_text(error: ScenarioError) -> str:
    """All errors with excerpts, and how many there are."""
    from sim.scenario.faults import with_excerpt

    errors = [fault for fault in error.faults if fault.severity == "error"]
    lines = [with_excerpt(fault, error.texts) for fault in errors]
    return "\n".join([*lines, f"{len(errors)} error{'s' * (len(errors) != 1)}; nothing was run"])


def _usage_text(error: click.ClickException) -> str:
    """What click says of a command that is wrong; of what was typed it quotes no more than anybody."""
    shown = io.StringIO()
    error.show(shown)
    return _LONG.sub(lambda match: shortened(match[0]), shown.getvalue().rstrip("\n"))


def _own_fault(error: Exception) -> str:
    """What is said of an error that nobody expected: a line, or all of it if the environment asks for that."""
    import traceback

    if os.environ.get(TRACEBACK):
        return "".join(traceback.format_exception(error)).rstrip("\n")
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(Path(__file__).parents[1])]
    place = f"{Path(own[-1].filename).name}:{own[-1].lineno}"
    what = f"{type(error).__name__}: {shortened(in_a_line(str(error)))} ({place})"
    return f"brinkline: a fault of Brinkline itself: {what}; please report it, with what {TRACEBACK}=1 shows"
