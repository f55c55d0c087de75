"""Plain data → YAML text that reads back as the same data. The only home of PyYAML's writer."""

from __future__ import annotations

import re
from typing import Any

import yaml

from sim.escapes import visible


class _Dumper(yaml.SafeDumper):
    """Quotes text that the YAML 1.2 core schema would read as something else, and nothing more."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  # as PyYAML has it


_Dumper.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"), list("-+0123456789")
)
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    list("-+0123456789."),
)


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Text with characters that are written as escapes stands in the quotes in which YAML knows escapes."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if visible(text) == text else '"')


_Dumper.add_representer(str, _text)


def to_yaml(data: Any) -> str:
    """`data` (dicts, lists, scalars) as YAML text that a terminal shows and does not obey.

    The escapes of :func:`sim.escapes.visible` are those of YAML's double quotes, so that it reads back as the same.
    """
    return visible(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))
