"""Does a scenario that has the right shape also mean something? Every fault, with its path."""

from __future__ import annotations

from sim.scenario.check_blocks import check_blocks
from sim.scenario.check_language import LanguageCheck
from sim.scenario.check_names import check_names
from sim.scenario.names import NameTable
from sim.scenario.report import Report
from sim.scenario.schema import Scenario
from sim.scenario.sites import sites
from sim.scenario.sizes import check_sizes


def check(scenario: Scenario, report: Report) -> NameTable:
    """Report everything that is wrong with the meaning of a scenario."""
    names = NameTable(scenario)
    check_names(scenario, report)
    check_blocks(scenario, names, report)
    check_sizes(scenario, names, report)
    language = LanguageCheck(scenario, names, report)
    for site in sites(scenario):
        language.check(site)
    return names
