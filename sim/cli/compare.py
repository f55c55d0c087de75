"""``brinkline compare``: a base against alternatives, run by run under the same luck."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sim.cli import options
from sim.cli.again import command_text
from sim.cli.ending import going_on, progress_bar
from sim.cli.terminal import aside, print_json, say
from sim.escapes import quoted

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble
    from sim.reading.parting import Parting
    from sim.scenario.load import Changes
    from sim.studies.compare import Comparison, Plan

_OF_ONE = ("variants", "settings", "injects", "together")
_OF_PLAYING = (*_OF_ONE, "runs", "seed", "fixed", "horizon", "engine", "workers")


@click.command("compare")
@click.argument("scenarios", metavar="SCENARIO [OTHER]...", nargs=-1, required=True)
@options.changes
@click.option(
    "--with",
    "together",
    multiple=True,
    metavar="'NAME, NAME=VALUE'",
    help="Variants and settings, between commas, that make one alternative together; may be repeated.",
)
@click.option("--runs", type=int, default=1000, show_default=True, help="How many runs of each.")
@options.seed
@click.option("--run", "run", type=click.IntRange(min=0), help="Tell where this run parts from the base's.")
@click.option("--anyway", is_flag=True, help="Compare scenarios of different ids too.")
@options.engine
@options.workers
@click.option("--out", type=click.Path(path_type=Path), help="Where it goes; compare/SCENARIO--NAMES unless given.")
@click.option("--force", is_flag=True, help="Replace another comparison.")
@options.no_figures
@options.as_json
@options.quiet
@click.pass_context
def compare_command(ctx: click.Context, /, scenarios: tuple[str, ...], out: Path | None, **rest: Any) -> None:
    """Play SCENARIO and its alternatives under the same luck and tell what differs.

    Each --variant, each --set and each --inject is an alternative of its own, and each is compared with the plain
    SCENARIO. What belongs together stands in one --with. --fixed and --horizon hold for all. Instead, OTHER names
    scenarios to compare with SCENARIO; or all of them are results folders of the same seed and number of runs.

    For each outcome, its time, the peak level and the deaths it tells the difference run by run with its interval. It
    does not rank what cannot be told apart. The same command goes on after an interruption; with more --runs it plays
    the new ones only.

    \b
    Examples:
      brinkline compare erbil-2024 --variant hair-trigger --set p_us_death=0.02
      brinkline compare erbil-2024 --with 'hair-trigger, p_us_death=0.02' --runs 10000
      brinkline compare mine.yaml yours.yaml --run 7
      brinkline compare results/erbil-2024 results/erbil-2024--hair-trigger
    """
    from sim.ensemble.folder import held
    from sim.errors import UsageError
    from sim.studies.compare import compare, write_files

    with going_on():
        name, folder, ensembles = _ensembles(ctx, scenarios, out, rest)
    comparison = compare(name, ensembles.pop(name), ensembles, anyway=rest["anyway"])
    if rest["run"] is not None and rest["run"] >= len(comparison):
        raise UsageError(f"found run {rest['run']}; expected 0 to {len(comparison) - 1}")
    partings = [] if rest["run"] is None else _partings(comparison, rest["run"])
    with held(folder, "compare") as home:
        if home.manifest is None:
            home.begin({})
        write_files(comparison, home)
        if not rest["no_figures"]:
            from sim.report.comparison import write_comparison

            write_comparison(comparison, home, command_text(ctx), partings=tuple(one.text() for one in partings))
    if rest["as_json"]:
        document = {"folder": str(folder), **comparison.as_dict(), "partings": [one.as_dict() for one in partings]}
        print_json(document)
    elif not rest["quiet"]:
        from sim.cli.compare_text import comparison_text

        say(comparison_text(comparison, folder, partings, figures=not rest["no_figures"]))


def _ensembles(
    ctx: click.Context, scenarios: tuple[str, ...], out: Path | None, rest: dict[str, Any]
) -> tuple[str, Path, dict[str, Ensemble]]:
    """The base's name, the folder, and all ensembles by name, played where they are not there yet."""
    folders = [(Path(one) / "manifest.json").is_file() for one in scenarios]
    if not any(folders):
        return _played(ctx, scenarios, out, rest)
    if not all(folders):
        raise click.UsageError("found results folders and scenarios; expected only one of them")
    if len(folders) < 2:
        raise click.UsageError(f"found one results folder, {scenarios[0]}; expected two or more")
    _refuse(ctx, _OF_PLAYING, "results folders were played already; expected no")
    from sim import open_results
    from sim.ensemble.folder import held

    names = _numbered(scenarios)
    ensembles = {name: open_results(one) for name, one in zip(names, scenarios, strict=True)}
    folder = out or _default([Path(one).resolve().name for one in scenarios])
    with held(folder, "compare"):  # or it is refused before anything is computed
        return names[0], folder, ensembles


def _played(
    ctx: click.Context, scenarios: tuple[str, ...], out: Path | None, rest: dict[str, Any]
) -> tuple[str, Path, dict[str, Ensemble]]:
    from sim.ensemble.run import Request
    from sim.studies.compare import play_plan

    plan = _plan(ctx, scenarios, rest)
    names = [arm.name for arm in plan.arms]
    folder = out or _default([plan.arms[0].loaded.description.scenario, *names[1:]])
    asked = ("runs", "seed", "workers", "engine", "force")
    request = Request(keep="summary", **{name: rest[name] for name in asked})
    if rest["run"] is not None and rest["run"] >= request.runs:
        raise click.UsageError(f"found run {rest['run']}; expected 0 to {request.runs - 1}")
    with progress_bar(request.runs * len(names), show=not rest["quiet"]) as progress:
        found = play_plan(plan, folder, request, progress, say=aside(quiet=rest["quiet"]))
    return names[0], folder, dict(zip(names, found, strict=True))


def _plan(ctx: click.Context, scenarios: tuple[str, ...], rest: dict[str, Any]) -> Plan:
    """What is to be compared."""
    from sim.scenario.load import Changes, load
    from sim.studies.compare import Alternative, Plan
    from sim.studies.compare.arms import alternatives, refuse_unlike

    base = Changes(horizon=rest["horizon"], fixed=rest["fixed"])
    if len(scenarios) > 1:
        _refuse(ctx, _OF_ONE, "several scenarios are compared as they are; expected no")
        arms = [Alternative(name, load(one, base)) for name, one in zip(_numbered(scenarios), scenarios, strict=True)]
        plan = Plan(tuple(arms))
    else:
        asked = _asked(rest)
        if not asked:
            known = ", ".join(load(scenarios[0], base).description.variants) or "none"
            raise click.UsageError(
                "found nothing to compare with; expected --variant, --set, --inject, --with or another scenario "
                f"(variants of this one: {known})"
            )
        plan = alternatives(scenarios[0], base, asked)
    refuse_unlike(plan, anyway=rest["anyway"])
    return plan


def _asked(rest: dict[str, Any]) -> list[tuple[str, Changes]]:
    """The alternatives in words and changes: variants, settings and injects one by one, then what goes together."""
    from sim.scenario.load import Changes
    from sim.studies.compare.arms import with_commas

    found = [(name, Changes(variants=(name,))) for name in rest["variants"]]
    found += [(f"{path}={text}", Changes(settings=((path, text),))) for path, text in rest["settings"]]
    found += [(file, Changes(injects=(file,))) for file in rest["injects"]]
    for text in rest["together"]:
        parts = with_commas(text)
        if not all(parts):
            raise click.UsageError(f"found --with {quoted(text)}; expected variants and NAME=VALUE between commas")
        pairs = [part.partition("=") for part in parts]
        settings = tuple((path.strip(), value.strip()) for path, equals, value in pairs if equals)
        variants = tuple(path for path, equals, _ in pairs if not equals)
        found.append((" + ".join(parts), Changes(variants=variants, settings=settings)))
    return found


def _refuse(ctx: click.Context, names: tuple[str, ...], why: str) -> None:
    """Raise UsageError if one of these options was given."""
    given = [name for name in names if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE]
    if given:
        option = next(one for one in ctx.command.params if one.name == given[0])
        raise click.UsageError(f"{why} {max(option.opts, key=len)}")


def _numbered(names: tuple[str, ...]) -> list[str]:
    """The names, those that come again with a number behind."""
    return [
        f"{name} ({names[: place + 1].count(name)})" if name in names[:place] else name
        for place, name in enumerate(names)
    ]


def _default(names: list[str]) -> Path:
    from sim.studies.compare.arms import slug

    return Path("compare") / "--".join(map(slug, names))[:120]


def _partings(comparison: Comparison, run: int) -> list[Parting]:
    from sim.reading.parting import parting

    base = (comparison.name, comparison.base.scenario)
    return [parting(base, (one.name, one.other.scenario), comparison.seed, run) for one in comparison.contrasts]
