"""The JSON Schema of scenario files, for editors that complete and explain while one types."""

from __future__ import annotations

from typing import Any

from sim.scenario.parser import ID, STATEMENT_ID
from sim.scenario.schema import MAPS, STATEMENTS, Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER = "urn:brinkline:scenario:1"

_NAMING = ("properties", "$defs")
_WHAT = "A Brinkline scenario, or a part of one that others include."


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that a scenario file, or a part that others include, must fulfil.

    It knows every key and the shape of its value; what the texts inside say is checked by
    ``brinkline validate``. A file that includes others, or is a part of one, may leave out required keys,
    since the other files may hold them; a scenario that stands alone must have them.

    Examples
    --------
    >>> json_schema()["required"]
    ['brinkline']
    """
    made: dict[str, Any] = _plain(Scenario.model_json_schema(by_alias=True))
    definitions = made.pop("$defs")
    strict = _strict(made["properties"], definitions)
    made["properties"]["brinkline"]["const"] = 1
    for key in MAPS:
        pattern = STATEMENT_ID if key in STATEMENTS else ID
        made["properties"][key]["propertyNames"] = {"pattern": f"^{pattern.pattern}$"}
    return {
        "$schema": DIALECT,
        "$id": IDENTIFIER,
        "title": "Brinkline scenario",
        "description": _WHAT,
        **{key: value for key, value in made.items() if key not in ("title", "description", "required")},
        "required": ["brinkline"],
        "if": {"required": ["scenario"], "not": {"required": ["include"]}},
        "then": {"required": ["start", "horizon"], "properties": strict},
        "$defs": definitions,
    }


def _strict(blocks: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The required keys of items, taken out of their definitions and put where a file stands alone."""
    needed = {f"#/$defs/{name}": one.pop("required") for name, one in definitions.items() if "required" in one}
    found: dict[str, Any] = {}
    for key, block in blocks.items():
        inside = "additionalProperties" if key in MAPS else "items"
        item = block.get(inside)
        if isinstance(item, dict) and item.get("$ref") in needed:
            found[key] = {inside: {"required": needed[item["$ref"]]}}
    return found


def _plain(node: Any) -> Any:
    """What editors read well: no null as an alternative, no defaults in Python's terms, no made-up titles."""
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key not in ("default", "title")}
    choices = [one for one in kept.get("anyOf", ()) if one != {"type": "null"}]
    if "anyOf" in kept and len(choices) < len(kept["anyOf"]):
        del kept["anyOf"]
        kept = {**choices[0], **kept} if len(choices) == 1 else {**kept, "anyOf": choices}
    return {
        key: {name: _plain(one) for name, one in value.items()} if key in _NAMING else _plain(value)
        for key, value in kept.items()
    }
