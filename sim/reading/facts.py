"""A scenario's description as plain data, for ``--json``."""

from __future__ import annotations

from typing import Any

from sim.analysis.wording import DISCLAIMER
from sim.model.tables import Tables
from sim.reading.code import distribution_text, expression_text
from sim.reading.details import files_of, most_runs
from sim.reading.graph import Graph
from sim.reading.prose import sentence
from sim.reading.provenance import Provenance
from sim.reading.sentences import Sentences
from sim.reading.trust import NOT_FOR
from sim.scenario.load import Loaded
from sim.scenario.schema import Item
from sim.scenario.times import DAY_MS, instant_ms, moment_of


def facts_of(
    loaded: Loaded, tables: Tables, sentences: Sentences, *, graph: Graph, provenance: Provenance
) -> dict[str, Any]:
    """Everything that is said, by block; sentences where the scenario has formulas."""
    s = loaded.description
    return {
        "scenario": s.scenario,
        "title": s.title or s.scenario,
        "description": s.description,
        "disclaimer": sentence(DISCLAIMER),
        "card": {**s.card.model_dump(), "never": NOT_FOR},
        "provenance": {**provenance.shares(), "uncited": list(provenance.uncited)},
        "files": files_of(loaded),
        "start": loaded.start.isoformat(),
        "horizon_days": s.horizon / DAY_MS,
        "level_window_days": s.level.window / DAY_MS,
        "max_events": s.max_events,
        "ladder": [{"rung": one.rung, **_item(one)} for one in s.ladder],
        "actors": {key: {"kind": one.kind, **_item(one)} for key, one in s.actors.items()},
        "groups": {key: _members(loaded, (key,)) for key in s.groups},
        "relations": {
            kind: {who: _members(loaded, to) for who, to in pairs.items()} for kind, pairs in s.relations.items()
        },
        "places": {
            key: {"soil": _members(loaded, one.soil), "lat": one.lat, "lon": one.lon, **_item(one)}
            for key, one in s.places.items()
        },
        "parameters": _parameters(loaded, tables),
        "variables": _variables(loaded),
        "actions": {
            key: {
                "rung": one.rung,
                "cameo": one.cameo,
                "goldstein": one.goldstein,
                "tags": list(one.tags),
                **_item(one),
            }
            for key, one in s.actions.items()
        },
        **_statements(loaded, tables, sentences),
        "variants": {key: {"sentence": sentences.variant(one), **_item(one)} for key, one in s.variants.items()},
        "sources": {key: one.model_dump(exclude_none=True) for key, one in s.sources.items()},
        "graph": graph.as_dict(),
    }


def _item(item: Item) -> dict[str, str | None]:
    return {"name": item.name, "note": item.note, "source": item.source}


def _members(loaded: Loaded, names: tuple[str, ...]) -> list[str]:
    return [loaded.names.actors[one] for one in loaded.names.each(names)]


def _parameters(loaded: Loaded, tables: Tables) -> dict[str, Any]:
    found = {}
    for (key, one), table in zip(loaded.description.parameters.items(), tables.parameters, strict=True):
        found[key] = {
            "value": one.value,
            "unit": one.unit,
            "range": None if one.range is None else distribution_text(one.range),
            "bounds": None if one.bounds is None else list(one.bounds),
            "nine_in_ten_runs": most_runs(table),
            **_item(one),
        }
    return found


def _variables(loaded: Loaded) -> dict[str, Any]:
    return {
        key: {
            "scope": one.scope,
            "initial": expression_text(one.initial),
            "baseline": expression_text(one.baseline or one.initial),
            "half_life": None if one.half_life is None else expression_text(one.half_life),
            "range": None if one.range is None else list(one.range),
            **_item(one),
        }
        for key, one in loaded.description.variables.items()
    }


def _statements(loaded: Loaded, tables: Tables, sentences: Sentences) -> dict[str, Any]:
    """Rules, drivers, timeline and outcomes, each with its sentence."""
    s = loaded.description

    def statement(who: tuple[str, ...], said: str, item: Item) -> dict[str, Any]:
        return {"who": _members(loaded, who), "sentence": said, **_item(item)}

    return {
        "rules": {key: statement(one.who, sentences.rule(one), one) for key, one in s.rules.items()},
        "drivers": {key: statement(one.who, sentences.driver(one), one) for key, one in s.drivers.items()},
        "timeline": [
            {
                "id": table.id,
                "time": moment_of(instant_ms(one.at, loaded.start), loaded.start).isoformat(),
                **statement((one.who,), sentences.item(one), one),
            }
            for one, table in zip(s.timeline, tables.timeline, strict=True)
        ],
        "outcomes": {
            key: {"sentence": sentences.outcome(one), "ends": one.ends, "base_rate": one.base_rate, **_item(one)}
            for key, one in s.outcomes.items()
        },
    }
