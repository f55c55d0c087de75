"""What users install is free of GPL, LGPL and AGPL; which of it is copyleft file by file is said here by name."""

from __future__ import annotations

import re
from email.message import Message
from enum import IntEnum
from importlib.metadata import Distribution

import pytest

from tests.packaging.installed import CORE, DEVELOPMENT, EXTRAS, brought_by

FILE_BY_FILE: dict[str, str] = {}
"""Packages that users install whose changed files stay under their licence (MPL), and why that is all right: none."""

FILE_BY_FILE_FOR_DEVELOPERS = {
    "hypothesis": "MPL; random scenarios of the tests",
    "pathspec": "MPL; hatchling and mypy read .gitignore with it",
}
"""The same of the extra `dev`: nothing of these is shipped or imported by `sim`."""

IN_WHEELS = {
    ("numpy", "GPL-3.0-or-later WITH GCC-exception-3.1"): "libgfortran, which the exception lets anybody link",
    ("numpy", "LGPL-2.1-or-later"): "libquadmath, a shared library of its own beside it",
    ("scipy", "GPL-3.0-or-later WITH GCC-exception-3.1"): "the same",
    ("scipy", "LGPL-2.1-or-later"): "the same",
    ("matplotlib", "FTL OR GPL-2.0-or-later"): "FreeType, under its own permissive licence",
}
"""Parts that some platforms' wheels carry under another licence than their package's, and why that is all right."""


class Kind(IntEnum):
    """What a licence asks of those who pass the package on, from nothing much to the same licence for everything."""

    PERMISSIVE = 0
    FILE_BY_FILE = 1
    UNKNOWN = 2
    COPYLEFT = 3


WORDS = (
    (Kind.COPYLEFT, r"GPL|general public licen[sc]e|affero"),
    (Kind.FILE_BY_FILE, r"\bMPL|mozilla public"),
    (
        Kind.PERMISSIVE,
        r"\bMIT\b|\b0?BSD\b|apache|\bISC\b|\bPSF\b|python software foundation|\bzlib\b|\bCC0\b|\bHPND\b|unlicense|"
        r"permission is hereby granted, free of charge|redistribution and use in source and binary forms",
    ),
)
HARMLESS = r"(L?GPL|general public licen[sc]e)[- ]compatible|\bGPL\S* WITH GCC-exception-3\.1"
"""Words that name the GPL and do not put the package under it."""


def kind_of_words(text: str) -> Kind:
    """The strictest licence that a text without `and` and `or` names."""
    named, harmless = re.subn(HARMLESS, "", text, flags=re.IGNORECASE)
    for kind, words in WORDS:
        if re.search(words, named, re.IGNORECASE):
            return kind
    return Kind.PERMISSIVE if harmless else Kind.UNKNOWN


def kind_of_expression(text: str) -> Kind:
    """Of ``A AND (B OR C)`` the stricter of A and the milder of B and C."""
    tokens = [token.strip() for token in re.split(r"([()]|(?<=\s)(?:and|or)(?=\s))", text, flags=re.IGNORECASE)]
    tokens = [token for token in tokens if token]

    def alternatives() -> Kind:
        kind = together()
        while tokens and tokens[0].lower() == "or":
            tokens.pop(0)
            kind = min(kind, together())
        return kind

    def together() -> Kind:
        kind = one()
        while tokens and tokens[0].lower() == "and":
            tokens.pop(0)
            kind = max(kind, one())
        return kind

    def one() -> Kind:
        token = tokens.pop(0) if tokens else ""
        if token == "(":
            kind = alternatives()
            return kind if tokens and tokens.pop(0) == ")" else Kind.UNKNOWN
        return kind_of_words(token)

    kind = alternatives()
    return Kind.UNKNOWN if tokens else kind


def kind_of(metadata: Message) -> Kind:
    """What a package's metadata says: the expression, else the classifiers and a short `License`, else its text.

    Of several classifiers the strictest counts, unless a short `License` says that one may choose among them.
    """
    if expression := metadata.get("License-Expression"):
        return kind_of_expression(expression)
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License :: ")]
    kinds = [kind_of_words(text) for text in classifiers if text != "License :: OSI Approved"]
    text = str(metadata.get("License") or "").strip()
    if text.upper() in ("", "UNKNOWN") or (kinds and (len(text) > 100 or "\n" in text)):
        return max(kinds, default=Kind.UNKNOWN)
    if len(text) > 100 or "\n" in text:
        return kind_of_words(text)
    own = kind_of_expression(text)
    return own if re.search(r"\bor\b", text, re.IGNORECASE) else max([own, *kinds])


def of_kind(packages: dict[str, Distribution], kind: Kind) -> dict[str, str]:
    """The packages of a kind, each with what its metadata says."""
    return {
        name: str(one.metadata.get("License-Expression") or one.metadata.get("License") or "nothing")[:60]
        for name, one in packages.items()
        if kind_of(one.metadata) == kind
    }


@pytest.fixture(scope="module")
def users() -> dict[str, Distribution]:
    """What the core and the extras that users get bring along."""
    return brought_by([*CORE, *EXTRAS])


@pytest.fixture(scope="module")
def developers(users: dict[str, Distribution]) -> dict[str, Distribution]:
    """What the extra `dev` brings along besides."""
    return {name: one for name, one in brought_by(DEVELOPMENT).items() if name not in users}


def test_users_install_nothing_under_gpl_lgpl_or_agpl(users: dict[str, Distribution]) -> None:
    assert {"numpy", "distributed", "kiwisolver"} <= set(users)  # direct, of an extra, brought by another
    assert of_kind(users, Kind.COPYLEFT) == {}


def test_every_licence_is_known(users: dict[str, Distribution], developers: dict[str, Distribution]) -> None:
    assert of_kind(users | developers, Kind.UNKNOWN) == {}


def test_what_is_copyleft_file_by_file_is_listed_exactly(users: dict[str, Distribution]) -> None:
    assert set(of_kind(users, Kind.FILE_BY_FILE)) == set(FILE_BY_FILE)


def test_so_it_is_of_the_tools_of_developers(developers: dict[str, Distribution]) -> None:
    assert of_kind(developers, Kind.COPYLEFT) == {}
    assert set(of_kind(developers, Kind.FILE_BY_FILE)) == set(FILE_BY_FILE_FOR_DEVELOPERS)


def test_parts_of_wheels_that_name_the_gpl_are_listed(users: dict[str, Distribution]) -> None:
    tagged = {
        (name, licence)
        for name, one in users.items()
        for file in one.files or []
        if re.search(r"dist-info/.*(LICEN[CS]E|COPYING|NOTICE)", str(file), re.IGNORECASE)
        for licence in re.findall(r"^License: (.*GPL.*)$", file.locate().read_text("utf-8", "replace"), re.MULTILINE)
    }
    assert tagged <= set(IN_WHEELS)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"License-Expression": "MIT"}, Kind.PERMISSIVE),
        ({"License-Expression": "BSD-2-Clause AND Apache-2.0 WITH LLVM-exception"}, Kind.PERMISSIVE),
        ({"License-Expression": "MIT AND GPL-2.0-only"}, Kind.COPYLEFT),
        ({"License-Expression": "MIT OR GPL-2.0-only"}, Kind.PERMISSIVE),
        ({"License-Expression": "MIT AND (MPL-2.0 OR LGPL-2.1-or-later)"}, Kind.FILE_BY_FILE),
        ({"License-Expression": "(MIT OR GPL-3.0-only) AND AGPL-3.0-only"}, Kind.COPYLEFT),
        ({"License-Expression": "MIT OR GPL-3.0-only AND AGPL-3.0-only"}, Kind.PERMISSIVE),
        ({"License-Expression": "MIT AND GPL-3.0-or-later WITH GCC-exception-3.1"}, Kind.PERMISSIVE),
        ({"License-Expression": "LicenseRef-Ours"}, Kind.UNKNOWN),
        ({"License-Expression": "MIT AND (BSD-3-Clause"}, Kind.UNKNOWN),
        ({"License": "MPL-2.0 AND MIT"}, Kind.FILE_BY_FILE),
        ({"License": "2-clause BSD"}, Kind.PERMISSIVE),
        ({"License": "BSD, GPL-compatible"}, Kind.PERMISSIVE),
        ({"License": "LGPLv3+"}, Kind.COPYLEFT),
        ({"License": "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3"}, Kind.COPYLEFT),
        ({"License": "Copyright X\nRedistribution and use in source and binary forms, with or"}, Kind.PERMISSIVE),
        ({"License": "UNKNOWN", "Classifier": ["License :: OSI Approved :: ISC License (ISCL)"]}, Kind.PERMISSIVE),
        ({"License": "UNKNOWN"}, Kind.UNKNOWN),
        ({"Classifier": ["License :: OSI Approved"]}, Kind.UNKNOWN),
        ({}, Kind.UNKNOWN),
        (
            {"License": "BSD", "Classifier": ["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"]},
            Kind.COPYLEFT,
        ),
        (
            {
                "License": "BSD or GPL",
                "Classifier": [
                    "License :: OSI Approved :: BSD License",
                    "License :: OSI Approved :: GNU General Public License (GPL)",
                ],
            },
            Kind.PERMISSIVE,
        ),
        (
            {
                "License": "Copyright\nthe parts of others are under the GPL",
                "Classifier": ["License :: OSI Approved :: BSD License"],
            },
            Kind.PERMISSIVE,
        ),
    ],
)
def test_a_licence_is_read_from_every_form_of_metadata(fields: dict[str, str | list[str]], kind: Kind) -> None:
    metadata = Message()
    for name, value in fields.items():
        for one in [value] if isinstance(value, str) else value:
            metadata[name] = one
    assert kind_of(metadata) == kind
