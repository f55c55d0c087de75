"""A sensitivity study of a scenario: asked for, played, analysed, written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim import __version__
from sim.engines.choice import chosen as chosen_engine
from sim.engines.choice import make_ready, to_stderr
from sim.ensemble.folder import BLOCKS, held
from sim.ensemble.run import Interrupted
from sim.model import build
from sim.scenario.load import Loaded, load
from sim.studies.sensitivity.inputs import chosen_inputs, inputs_of
from sim.studies.sensitivity.measures import Measure, asked_for, measures_of
from sim.studies.sensitivity.model import ScenarioModel
from sim.studies.sensitivity.player import Player, Progress
from sim.studies.sensitivity.request import Request, cost_of
from sim.studies.sensitivity.result import FORMAT, Sensitivity
from sim.studies.sensitivity.stages import analysed
from sim.studies.sensitivity.writing import NAME, write_files


def sensitivity(
    scenario: Loaded | str | Path,
    out: Path | None = None,
    request: Request | None = None,
    *,
    progress: Callable[[int], Progress | None] = lambda runs: None,
    say: Callable[[str], None] = to_stderr,
) -> Sensitivity:
    """What a result of a scenario depends on; its tables lie in the folder `out`.

    scenario : what :func:`sim.load` gives or takes. out : ``sensitivity/SCENARIO/RESULT`` unless given.
    `progress(runs)` is told how many runs it is at most, and gives what is told of the finished ones; `say` is told
    what it costs, before it begins.

    Raises
    ------
    UsageError
        If something that is asked for is not there, makes no sense or is enormous, or `out` holds something else.
    ScenarioError, RunError, StorageError, Interrupted
        As when an ensemble is played; finished blocks are kept, and the same call goes on from them.
    """
    asked = request or Request()
    asked.check()
    loaded = load(scenario) if isinstance(scenario, (str, Path)) else scenario
    description, tables = loaded.description, build(loaded)
    target = asked_for(description, asked.outcome, asked.measure)
    inputs = inputs_of(description, tables.parameters)
    chosen = chosen_inputs(inputs, asked.parameters, description)
    cost = cost_of(asked, chosen=len(chosen), inputs=len(inputs))
    folder = out or Path("sensitivity") / description.scenario / target.id.replace(":", "-")
    with held(folder, "sensitivity") as home:
        if home.there(NAME) and not asked.force:
            home.remove(f"{BLOCKS}/*")  # a kill may have come between the study and its end
            raise home.refuse("holds a study already")
        if home.manifest is None:
            home.begin({})
        if asked.force and (kept := home.kept_text()):
            say(kept)
        engine = chosen_engine(asked.engine, cost.runs)
        make_ready(engine, say)
        player = Player(tables, loaded.hash, asked.seed, engine, asked.workers, home)
        say(cost.text(player.seconds_a_run() * cost.runs))
        player.progress = progress(cost.runs)
        model = ScenarioModel(inputs, measures_of(description), player)
        try:
            found = analysed(model, chosen, target, asked)
        except KeyboardInterrupt:
            raise Interrupted(folder if player.runs else None, player.runs) from None
        manifest = _manifest(loaded, asked, target, player)
        made = Sensitivity.of(folder, manifest, target, inputs, chosen, found)
        write_files(made, home)
        player.forget()
    return made


def _manifest(loaded: Loaded, request: Request, target: Measure, player: Player) -> dict[str, Any]:
    description = loaded.description
    return {
        "format": FORMAT,
        "scenario": description.scenario,
        "title": description.title or description.scenario,
        "hash": loaded.hash,
        "result": target.id,
        "method": request.method,
        "seed": request.seed,
        "runs": player.runs,
        "truncated": player.cut,
        "trajectories": request.trajectories,
        "levels": request.levels,
        "points": request.points,
        "replicates": request.replicates,
        "versions": {"brinkline": __version__},
    }
