"""The command that makes a result again."""

from __future__ import annotations

import shlex
from typing import Any

import click
from click.core import ParameterSource

TYPED = "brinkline.typed"
"""Where the context keeps the words that were typed after the command's name."""

_MANNERS = {"as_json", "quiet", "force"}
"""Options that change what is said or replaced, not what is made."""


def command_text(ctx: click.Context) -> str:
    """The command that a context stands for, as it would be typed: ``brinkline compare erbil-2024 --runs 2000``.

    Arguments come first, then the options that differ from their defaults, in the order in which they were typed and
    with the words that were typed, quoted where a shell needs it. Left out are those that only say how to tell it.
    """
    given, _, order = ctx.command.make_parser(ctx).parse_args(list(ctx.meta[TYPED]))
    arguments: list[str] = []
    options: list[str] = []
    for parameter in dict.fromkeys(order):
        value = given[parameter.name]
        if ctx.get_parameter_source(parameter.name) is not ParameterSource.COMMANDLINE:
            continue
        if isinstance(parameter, click.Argument):
            arguments += _words(value)
        elif parameter.name not in _MANNERS and str(value) != str(parameter.get_default(ctx)):
            options += _option(parameter, value)
    words = [*options, "--", *arguments] if any(word.startswith("-") for word in arguments) else [*arguments, *options]
    return shlex.join([*ctx.command_path.split(), *words])


def _option(parameter: click.Parameter, value: Any) -> list[str]:
    name = max(parameter.opts, key=len)
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return [name]
    return [word for one in _words(value) for word in (name, one)]


def _words(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]
