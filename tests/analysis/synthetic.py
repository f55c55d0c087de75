"""Made-up ensembles with the tables that runs leave, for tests of analysis, figures and report.

They obey the contract's shapes, not its meaning: events are scattered by a seeded generator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from sim.engines.played import LOG, UNKNOWN
from sim.ensemble.tally import Tally
from sim.scenario.schema import Scenario
from sim.scenario.times import DAY_MS

LADDER = {
    -2: "truce",
    -1: "call for restraint",
    0: "calm",
    1: "verbal protest",
    2: "summons or complaint",
    3: "threat",
    4: "recall or sanctions",
    5: "alert or seizure",
    6: "harassing attack",
    7: "attack with casualties",
    8: "overt limited strike",
    9: "strikes at several sites",
    10: "campaign of weeks",
    11: "border war",
    12: "interstate war",
}
ACTORS = {
    "us": "United States",
    "iran": "Iran",
    "iraq": "Iraq (federal government)",
    "krg": "Kurdistan Region",
    "militias": "Islamic Resistance in Iraq",
    "israel": "Israel",
    "coalition": "Coalition (Inherent Resolve)",
    "turkey": "Turkey",
    "un": "United Nations Security Council",
    "france": "France",
    "arab_league": "Arab League",
    "pakistan": "Pakistan",
    "syria": "Syria",
    "houthis": "Ansar Allah (Houthis)",
}
ACTIONS = {f"deed_{rung}".replace("-", "m"): (rung, f"{name}: deed") for rung, name in LADDER.items()}
OUTCOMES = [
    "Another Iranian strike on the Kurdistan Region",
    "US and Iran exchange fire",
    "A US soldier is killed",
    "Regional war",
    "Two quiet weeks",
    "Iraq recalls its ambassador",
    "The coalition is told to leave",
    "The UN Security Council meets",
    "US strike on Iranian soil",
    "Israel strikes Iran",
    "Pakistan answers in kind",
    "A truce is agreed",
    "Calm after a month",
    "Calm at the end",
    "Turkey enters northern Iraq",
    "More than a hundred dead",
    "Relations are broken off",
]
DAY = np.timedelta64(86_400_000, "ms")


@dataclass(frozen=True)
class FakeEnsemble:
    """What analysis, figures and report use of ``sim.ensemble.results.Ensemble``, from tables in memory.

    Attributes
    ----------
    events, runs : DataFrame
        A row an event, and a row a run.
    levels : float array, shape (runs, days)
        NaN where unknown.
    """

    description: Scenario
    manifest: dict[str, Any]
    start: datetime
    horizon_days: float
    events: pd.DataFrame
    runs: pd.DataFrame
    levels: np.ndarray

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def kept_runs(self) -> int:
        """All of them."""
        return len(self)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.runs.columns)

    def column(self, name: str) -> np.ndarray:
        """One column of the runs, an array of its own."""
        return self.runs[name].to_numpy(copy=True)

    def batches(self, names: list[str]) -> Iterator[dict[str, np.ndarray]]:
        """Some columns as numbers, in batches of unequal length."""
        for rows in np.array_split(np.arange(len(self)), 3):
            yield {name: self.runs[name].to_numpy(dtype=float)[rows] for name in names}

    @property
    def tally(self) -> Tally:
        """What adds up over all runs."""
        actions = [SimpleNamespace(rung=action.rung) for action in self.description.actions.values()]
        return Tally.of(SimpleNamespace(actors=list(self.description.actors), actions=actions), self.replay(None))

    def replay(self, runs: range | None) -> SimpleNamespace:
        """These runs or, of None, all."""
        chosen = np.arange(len(self)) if runs is None else np.array(runs)
        events = self.events[self.events["run"].isin(chosen)]
        log = np.zeros(len(events), LOG)
        log["time"] = np.round(events["t"].to_numpy(float) * DAY_MS)
        for column, names in (
            ("actor", self.description.actors),
            ("action", self.description.actions),
            ("target", self.description.actors),
        ):
            log[column] = pd.Index(list(names)).get_indexer(events[column].astype(object))
        for column in ("deaths", "cause"):
            log[column] = events[column]
        prefix = "stood_down."
        stood_down = self.runs[[name for name in self.runs if name.startswith(prefix)]].to_numpy(np.int64)
        return SimpleNamespace(
            runs=chosen,
            counts=np.bincount(events["run"], minlength=len(self)).astype(np.int64)[chosen],
            log=log,
            stood_down=stood_down[chosen],
            levels=np.where(np.isnan(self.levels), UNKNOWN, self.levels).astype(np.int64)[chosen],
        )


def describe(actors: int = 4, outcomes: int = 4, *, horizon: str = "60 d", **blocks: Any) -> Scenario:
    """A scenario with so many actors and outcomes; `blocks` replace its own."""
    text = {
        "brinkline": 1,
        "scenario": "made-up",
        "title": "A made-up crisis",
        "start": "2024-01-17T00:00:00+03:00",
        "horizon": horizon,
        "ladder": [{"rung": rung, "name": name} for rung, name in LADDER.items()],
        "actors": {key: {"name": ACTORS[key], "kind": "state"} for key in list(ACTORS)[:actors]},
        "actions": {key: {"rung": rung, "name": name} for key, (rung, name) in ACTIONS.items()},
        "parameters": {
            "tempo": {
                "value": 1.0,
                "range": "uniform(0.5, 2)",
                "unit": "per day",
                "source": "article",
                "note": "counted",
            },
            "restraint": {"value": 0.5, "range": "uniform(0, 1)", "unit": "share", "source": "assumed"},
            "idle": {"value": 0.3, "range": "beta(2, 5)", "source": "assumed"},
            "pinned": {"value": 3.0},
        },
        "rules": {"answer": {"who": "us", "when": {"action": "deed_6"}, "do": "deed_8"}},
        "outcomes": {f"o{i}": {"name": OUTCOMES[i], "if": "level >= 3"} for i in range(outcomes)},
        "sources": {"article": {"title": "Strikes on Erbil", "publisher": "A paper", "url": "https://example.org/a"}},
    }
    return Scenario.model_validate(text | blocks)


def make(runs: int = 200, *, seed: int = 7, busy: float = 40.0, truncated: int = 0, **kind: Any) -> FakeEnsemble:
    """An ensemble of so many runs with about `busy` events each, the first `truncated` of them cut short."""
    description = describe(**kind)
    chance = np.random.default_rng(seed)
    horizon = description.horizon / 86_400_000
    parameters = {
        "param.tempo": chance.uniform(0.5, 2, runs),
        "param.restraint": chance.uniform(0, 1, runs),
        "param.idle": chance.beta(2, 5, runs),
        "param.pinned": np.full(runs, 3.0),
    }
    cut = np.arange(runs) < truncated
    ends = np.where(cut, horizon / 2, horizon)
    events = _events(chance, description, means=busy * parameters["param.tempo"], ends=ends, runs=runs)
    days = np.unique(np.append(np.arange(np.floor(horizon) + 1), horizon))
    levels = _levels(events, days, runs=runs)
    levels[cut[:, None] & (days > horizon / 2)] = np.nan
    now = events[events["t"] >= 0]
    per_run = now.groupby("run")[["deaths", "injured"]].sum().reindex(range(runs), fill_value=0)
    table = {
        "run": np.arange(runs, dtype=np.int32),
        "events": now.groupby("run").size().reindex(range(runs), fill_value=0).to_numpy(),
        "peak_level": np.nanmax(levels, axis=1, initial=0).astype(np.int16),
        "final_level": levels[:, -1],
        "deaths": per_run["deaths"].to_numpy(),
        "injured": per_run["injured"].to_numpy(),
        "truncated": cut,
        "ended": np.full(runs, None),
    }
    table |= _outcomes(chance, description, parameters["param.restraint"], ends)
    table |= {"stood_down.answer": chance.poisson(1.2, runs)} | parameters
    table |= {"cut": np.where(cut, ends, np.nan)}
    return assemble(description, events=events, runs=pd.DataFrame(table), levels=levels)


def assemble(description: Scenario, *, events: pd.DataFrame, runs: pd.DataFrame, levels: np.ndarray) -> FakeEnsemble:
    """An ensemble of the given tables; `levels` has the shape (runs, days)."""
    start = datetime.fromisoformat(description.start)
    horizon = description.horizon / 86_400_000
    manifest = {
        "format": 2,
        "scenario": description.scenario,
        "title": description.title or description.scenario,
        "hash": "0" * 64,
        "seed": 1,
        "runs": len(runs),
        "kept_runs": len(runs),
        "precision": None,
        "engine": "simpy",
        "start": description.start,
        "horizon_days": horizon,
        "truncated": int(runs["truncated"].sum()),
        "digest": "1" * 64,
        "command": f"brinkline run {description.scenario} --runs {len(runs)} --seed 1",
        "versions": {"brinkline": "0.1.0", "python": "3.11"},
    }
    return FakeEnsemble(description, manifest, start, horizon, events, runs, levels)


def event_table(rows: list[dict[str, Any]], *, start: str = "2024-01-16T21:00") -> pd.DataFrame:
    """Events from rows of at least run, t, actor, action and rung; what a row leaves out is nothing."""
    blank = {"target": None, "place": None, "deaths": 0, "injured": 0, "cause": -1, "origin": "planted", "key": 0}
    columns = ["run", "event", "time", "t", "actor", "action", "target", "place", "rung", "deaths", "injured"]
    table = pd.DataFrame([blank | row for row in rows], columns=[*columns, "cause", "origin", "key"])
    table["event"] = table.groupby("run").cumcount().astype(np.int32)
    offset = (table["t"].to_numpy(float) * 86_400_000).astype("timedelta64[ms]")
    table["time"] = pd.Series(np.datetime64(start, "ms") + offset).dt.tz_localize("UTC")
    kinds = {"run": np.int32, "t": float, "rung": np.int16, "deaths": np.int64, "injured": np.int64, "cause": np.int32}
    kinds |= dict.fromkeys(["actor", "action", "target", "place", "origin"], "category")
    return table.astype(kinds | {"key": np.uint64})


def _events(
    chance: np.random.Generator, description: Scenario, *, means: np.ndarray, ends: np.ndarray, runs: int
) -> pd.DataFrame:
    counts = chance.poisson(means)
    total = int(counts.sum())
    run = np.repeat(np.arange(runs), counts)
    t = chance.uniform(0, 1, total) * ends[run]
    t[chance.uniform(size=total) < 0.02] *= -0.1
    order = np.lexsort((t, run))
    t = t[order]
    actors = list(description.actors)
    rungs = np.array(list(LADDER))
    weights = np.exp(-0.35 * np.abs(rungs - 2.0)) * np.where(rungs > 9, 0.04, 1.0)
    rung = chance.choice(rungs, total, p=weights / weights.sum())
    rank = 1 / np.arange(1, len(actors) + 1)
    actor = chance.choice(len(actors), total, p=rank / rank.sum())
    target = (actor + chance.integers(1, max(len(actors), 2), total)) % len(actors)
    index = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    caused = (chance.uniform(size=total) < 0.6) & (index > 0)
    back = chance.integers(1, 6, total)
    deadly = (rung >= 6) & (chance.uniform(size=total) < 0.15)
    deaths = np.where(deadly, chance.geometric(0.25, total) * np.where(rung > 9, 20, 1), 0)
    rows = {
        "run": run.astype(np.int32),
        "event": index.astype(np.int32),
        "time": pd.Series(np.datetime64("2024-01-16T21:00", "ms") + (t * 86_400_000).astype("timedelta64[ms]")),
        "t": t,
        "actor": pd.Categorical.from_codes(actor, actors),
        "action": pd.Categorical.from_codes(np.searchsorted(rungs, rung), list(ACTIONS)),
        "target": pd.Categorical.from_codes(np.where(chance.uniform(size=total) < 0.9, target, -1), actors),
        "place": pd.Categorical([None] * total, ["erbil"]),
        "rung": rung.astype(np.int16),
        "deaths": deaths.astype(np.int64),
        "injured": (2 * deaths).astype(np.int64),
        "cause": np.where(caused, np.maximum(index - back, 0), -1).astype(np.int32),
        "origin": pd.Categorical(np.where(caused, "answer", "tempo")),
        "key": chance.integers(0, 2**63, total).astype(np.uint64),
    }
    table = pd.DataFrame(rows)
    table["time"] = table["time"].dt.tz_localize("UTC")
    return table


def _levels(events: pd.DataFrame, days: np.ndarray, *, runs: int) -> np.ndarray:
    run, t, rung = (events[name].to_numpy() for name in ("run", "t", "rung"))
    levels = np.zeros((runs, len(days)))
    for column, day in enumerate(days):
        recent = (t <= day) & (t > day - 7)
        np.maximum.at(levels[:, column], run[recent], rung[recent])
    return levels


def _outcomes(
    chance: np.random.Generator, description: Scenario, restraint: np.ndarray, ends: np.ndarray
) -> dict[str, np.ndarray]:
    """First times: outcome 0 is certain, 1 never happens, the others get rarer and obey restraint."""
    columns = {}
    for number, outcome in enumerate(description.outcomes):
        rate = 0.08 * np.exp(-0.4 * number) * (1.6 - 1.4 * restraint) if number > 1 else np.full(len(ends), 5.0)
        times = chance.exponential(1 / rate)
        columns[f"outcome.{outcome}"] = np.where((times < ends) & (number != 1), times, np.nan)
    return columns
