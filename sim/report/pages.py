"""What all pages share: the templates, which escape whatever they are given."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

_NUMBER = re.compile(r"[-+\N{MINUS SIGN}<]?\d")
_SHORT = 28


def template(name: str) -> Template:
    """One of the templates beside this module; what it is filled with is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["number"] = is_number
    return environment.get_template(name)


def is_number(cell: str) -> bool:
    """Whether a table's cell is a number, maybe with its interval, that stays on one line.

    >>> is_number("62 % (59–65 %)"), is_number("likely")
    (True, False)
    """
    return len(cell) <= _SHORT and _NUMBER.match(cell) is not None


def picture_data(png: bytes) -> str:
    """A PNG picture as it stands in a page."""
    return base64.b64encode(png).decode()
