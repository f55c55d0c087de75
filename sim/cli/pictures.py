"""``brinkline plot`` and ``brinkline report``: pictures and the page of a results folder."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli import options
from sim.cli.terminal import say
from sim.escapes import quoted


@click.command("plot")
@options.folder
@click.argument("names", metavar="[FIGURE]...", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Where the pictures go; FOLDER/figures unless given.")
@click.option("--force", is_flag=True, help="Replace pictures that are there under --out.")
@options.quiet
def plot_command(folder: Path, names: tuple[str, ...], out: Path | None, force: bool, quiet: bool) -> None:
    """Draw figures of a results folder as PNG and SVG: all of them, or those named.

    \b
    Example:
      brinkline plot results/erbil-2024 ladder-heatmap --out pictures
    """
    from sim import open_results
    from sim.figures import FIGURES, save_all
    from sim.report.outputs import write_figures

    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        from sim.scenario.faults import hint

        expected = f"one of {', '.join(FIGURES)}{hint(unknown[0], FIGURES)}"
        raise click.UsageError(f"found the figure {quoted(unknown[0])}; expected {expected}")
    ensemble, wanted = open_results(folder), names or tuple(FIGURES)
    paths = write_figures(ensemble, wanted) if out is None else save_all(ensemble, out, names=wanted, force=force)
    if not quiet:
        say("\n".join(str(path) for path in paths))


@click.command("report")
@options.folder
@options.quiet
def report_command(folder: Path, quiet: bool) -> None:
    """Make summary.json, the figures and report.html of a results folder anew.

    \b
    Example:
      brinkline report results/erbil-2024
    """
    from sim import open_results
    from sim.report.outputs import write_outputs

    write_outputs(open_results(folder), figures=True)
    if not quiet:
        say(str(folder / "report.html"))
