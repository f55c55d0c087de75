"""A scenario described in words and figures, in the order of the ODD protocol for simulation models: its card.

Overview, design concepts, details (Grimm et al., JASSS 23(2) 7, 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.model import build
from sim.reading.concepts import Concepts
from sim.reading.details import Details
from sim.reading.entities import Entities
from sim.reading.facts import facts_of
from sim.reading.graph import Graph, dot_text, graph_of
from sim.reading.page import Section, page_markdown, page_text
from sim.reading.prose import WIDTH
from sim.reading.provenance import provenance_of
from sim.reading.sentences import Sentences
from sim.reading.trust import overview, purpose, trust
from sim.scenario.load import Loaded


@dataclass(frozen=True)
class Description:
    """A scenario in words.

    sections : the parts and their sections; graph : who answers what; facts : the same as plain data.
    """

    scenario: str
    title: str
    sections: tuple[Section, ...]
    graph: Graph
    facts: dict[str, Any]

    def text(self, *, width: int = WIDTH) -> str:
        """The description for the terminal."""
        return page_text(self.title, self.sections, width=width)

    def markdown(self) -> str:
        """The description as Markdown."""
        return page_markdown(self.title, self.sections)

    def as_dict(self) -> dict[str, Any]:
        """The description as plain data, for ``--json``."""
        return self.facts

    def dot(self) -> str:
        """The graph of who answers what in Graphviz's language."""
        return dot_text(self.graph, self.title)


def describe(loaded: Loaded) -> Description:
    """The description of a scenario, changes applied.

    Parameters
    ----------
    loaded : Loaded
        The checked scenario.
    """
    tables = build(loaded)
    sentences = Sentences(loaded)
    graph = graph_of(tables)
    entities = Entities(loaded, sentences)
    details = Details(loaded, tables, sentences, entities)
    scenario, provenance = loaded.description, provenance_of(loaded)
    parts = [
        [overview(), purpose(scenario), trust(scenario, provenance)],
        entities.sections(),
        Concepts(loaded, sentences, entities, graph).sections(),
        details.sections(),
    ]
    return Description(
        scenario=scenario.scenario,
        title=scenario.title or scenario.scenario,
        sections=tuple(section for part in parts for section in part),
        graph=graph,
        facts=facts_of(loaded, tables, sentences, graph=graph, provenance=provenance),
    )
